import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { botRulesOut, showBotRules } from '../../../shared/bot-rules/bot-rules-fields.api.ts';
import { mailDomainField } from '../../../shared/bot-rules/mail-domain-field.api.ts';
import { parseBotRules } from '../../../shared/bot-rules/parse-bot-rules.api.ts';
import { integerField } from '../../../shared/http/integer-field.ts';
import { JsonNumber } from '../../../shared/http/json-number.ts';
import { listField } from '../../../shared/http/list-field.ts';
import { parseJson } from '../../../shared/http/parse-json.ts';
import { textField } from '../../../shared/http/request-fields.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { errorAnswer } from '../../support/error-answer.ts';

const read = (schema: z.ZodType, value: unknown): unknown => {
  const { success, data, error } = schema.safeParse(value);
  return success ? data : error.issues.map(({ message }) => message);
};

describe('an integer', () => {
  const field = integerField(1, 10);
  it.each([
    ['1', 1],
    ['10', 10],
    ['5.0', 5],
    ['1e1', 10],
  ])('is %s', (text, expected) => expect(read(field, new JsonNumber(text))).toBe(expected));

  it.each([
    [new JsonNumber('0'), 'Ensure this value is greater than or equal to 1.'],
    [new JsonNumber('11'), 'Ensure this value is less than or equal to 10.'],
    [new JsonNumber('1.5'), 'A valid integer is required.'],
    [new JsonNumber('1e999'), 'A valid integer is required.'],
    ['1', 'A valid integer is required.'],
    [true, 'A valid integer is required.'],
    [null, 'This field may not be null.'],
    [undefined, 'This field is required.'],
  ])('is not %j', (value, message) => expect(read(field, value)).toEqual([message]));
});

describe('a list', () => {
  it.each([
    [
      ['a', ' b '],
      ['a', 'b'],
    ],
    [undefined, ['This field is required.']],
    [null, ['This field may not be null.']],
    ['a', ['Expected a list of items.']],
    [[], ['This list may not be empty.']],
    [['a', 'b', 'c'], ['Ensure this field has no more than 2 elements.']],
    [['', 'b'], ['This field may not be blank.']],
  ])('of %j reads as %j', (value, expected) => expect(read(listField(textField(), 2), value)).toEqual(expected));

  it('may be empty where that is allowed', () => expect(read(listField(textField(), 2, { least: 0 }), [])).toEqual([]));
});

describe('a mail domain', () => {
  it.each([
    [' @Acme.COM ', 'acme.com'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['Bücher.example', 'bücher.example'],
  ])('is %j', (text, expected) => expect(read(mailDomainField(), text)).toBe(expected));

  it.each(['acme', 'a@b.com', '.com', 'acme.', 'https://acme.com', '*.acme.com', 'acme\u00a0.com'])(
    'is not %j',
    (text) => expect(read(mailDomainField(), text)).toEqual([`"${text}" is not a valid domain.`]),
  );
});

it('a mail domain is no longer than DNS allows', () => {
  const domain = (length: number) => `${'a'.repeat(length - 4)}.com`;
  expect(read(mailDomainField(), domain(253))).toBe(domain(253));
  expect(read(mailDomainField(), domain(254))).toEqual([`"${domain(254).slice(0, 253)}" is not a valid domain.`]);
});

describe('any body of rules', () => {
  it('is parsed to rules that can be shown, or refused with faults of the documented shape', () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant('zoom'));
    const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(fc.string(), scalar));
    const names = [
      'name',
      'platforms',
      'accepted',
      'minimum_attendees',
      'title_matches',
      'organizer',
      '__proto__',
      'x',
    ];
    const rule = fc
      .tuple(fc.constantFrom('join', 'skip', 'x'), fc.dictionary(fc.constantFrom(...names), value))
      .map(([action, others]) => ({ ...others, action }));
    const body = fc.record(
      {
        rules: fc.oneof(fc.array(fc.oneof(rule, value), { maxLength: 4 }), value),
        internal_domains: value,
        other: value,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(body, (given) => {
        try {
          const rules = parseBotRules(parseJson(Buffer.from(JSON.stringify(given))));
          expect(botRulesOut.safeParse(showBotRules({ ...rules, updated_at: timestampOf(0) })).success).toBe(true);
        } catch (error) {
          const { status, body: faults } = errorAnswer(error);
          expect(status).toBe(400);
          for (const [field, texts] of Object.entries(faults)) {
            expect(field).toMatch(/^(rules|internal_domains|non_field_errors)(\[\d\](\.\w+)?)?$/);
            expect(texts).toEqual([expect.any(String), ...(texts as string[]).slice(1)]);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
