import * as fc from 'fast-check';

const isScalar = (value: unknown): value is string => typeof value === 'string' && /^\P{Cs}$/u.test(value);

/** One Unicode character, mostly a common one. */
export const anyCharacter = fc
  .oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc.integer({ min: 0, max: 0xff_ff - 0x8_00 }),
    fc.integer({ min: 0, max: 0x10_ff_ff - 0x8_00 }),
  )
  // Surrogates are no characters: code points from them on are shifted behind them.
  .map(
    (index) => String.fromCodePoint(index < 0xd8_00 ? index : index + 0x8_00),
    (value) => {
      if (!isScalar(value)) throw new Error('not one character');
      const codePoint = value.codePointAt(0) ?? 0;
      return codePoint < 0xd8_00 ? codePoint : codePoint - 0x8_00;
    },
  );

/**
 * Any well-formed text, names like `__proto__` among it. As `fc.string({ unit: 'binary' })`, which takes two seconds to
 * build a table of all characters in each worker.
 */
export const anyText = (constraints: fc.StringSharedConstraints = {}): fc.Arbitrary<string> =>
  fc.string({ ...constraints, unit: anyCharacter });

/** Any address with a path of any text. As `fc.webUrl()`, which needs the same table. */
export const anyUrl = (): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom('http', 'https'), fc.domain(), fc.array(anyText()))
    .map(([scheme, host, path]) => `${scheme}://${[host, ...path.map(encodeURIComponent)].join('/')}`);
