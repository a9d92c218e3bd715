import * as z from 'zod';
import { LocalError } from './local-error.ts';

type Matcher = (value: unknown, present: boolean) => boolean;

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '=': (a, b) => a === b,
};

const unsupported = (what: string, value: unknown): never => {
  throw new LocalError(`local mode does not know the event pattern ${what} ${JSON.stringify(value)}`);
};

const text = (name: string, argument: unknown): string =>
  typeof argument === 'string' ? argument : unsupported(name, argument);

const compileNumeric = (argument: unknown): Matcher => {
  if (!Array.isArray(argument) || argument.length === 0 || argument.length % 2 !== 0) {
    return unsupported('numeric', argument);
  }
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < argument.length; index += 2) {
    const compare = comparisons[String(argument[index])];
    const bound: unknown = argument[index + 1];
    if (compare === undefined || typeof bound !== 'number') return unsupported('numeric', argument);
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
};

const compileAnythingBut = (argument: unknown): Matcher => {
  const isNested = typeof argument === 'object' && argument !== null && !Array.isArray(argument);
  const excluded = (isNested ? [argument] : [argument].flat()).map(compileElement);
  return (value, present) => present && !excluded.some((matches) => matches(value, present));
};

const compileElement = (element: unknown): Matcher => {
  const exact = scalar.safeParse(element);
  if (exact.success) return (value, present) => present && value === exact.data;
  const [entry, ...more] = Object.entries((element ?? {}) as Record<string, unknown>);
  if (entry === undefined || more.length > 0 || Array.isArray(element)) return unsupported('element', element);
  const [name, argument] = entry;
  switch (name) {
    case 'prefix': {
      const prefix = text(name, argument);
      return (value) => typeof value === 'string' && value.startsWith(prefix);
    }
    case 'suffix': {
      const suffix = text(name, argument);
      return (value) => typeof value === 'string' && value.endsWith(suffix);
    }
    case 'equals-ignore-case': {
      const wanted = text(name, argument).toLowerCase();
      return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
    }
    case 'exists':
      return typeof argument === 'boolean' ? (_value, present) => present === argument : unsupported(name, argument);
    case 'numeric':
      return compileNumeric(argument);
    case 'anything-but':
      return compileAnythingBut(argument);
    default:
      return unsupported('operator', name);
  }
};

/** Compiles the alternatives for one field. A list in the event matches when any of its items matches. */
const compileAlternatives = (alternatives: readonly unknown[]): Matcher => {
  const matchers = alternatives.map(compileElement);
  return (value, present) => {
    const items: unknown[] = Array.isArray(value) ? value : [value];
    return matchers.some((matches) => items.some((item) => matches(item, present)));
  };
};

/**
 * Compiles an EventBridge event pattern: exact values, `prefix`, `suffix`, `equals-ignore-case`, `anything-but`,
 * `exists`, `numeric`, nested to any depth. Throws a LocalError for any other operator.
 */
export const compileEventPattern = (pattern: unknown): ((event: unknown) => boolean) => {
  if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern)) return unsupported('', pattern);
  const fields = Object.entries(pattern).map(([name, wanted]: [string, unknown]) => {
    if (name.startsWith('$')) return unsupported('operator', name);
    if (Array.isArray(wanted)) {
      const matches = compileAlternatives(wanted);
      return (event: Record<string, unknown>) => matches(event[name], Object.hasOwn(event, name));
    }
    const matchesNested = compileEventPattern(wanted);
    return (event: Record<string, unknown>) => matchesNested(event[name]);
  });
  return (event) => {
    const isObject = typeof event === 'object' && event !== null && !Array.isArray(event);
    // A missing object counts as an empty one, so that `exists: false` matches below it.
    const object = isObject ? (event as Record<string, unknown>) : {};
    return fields.every((matches) => matches(object));
  };
};
