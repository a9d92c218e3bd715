import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { runnerSettingsFields } from '../../../shared/bots/runner-settings-fields.api.ts';
import { parseJson } from '../../../shared/http/parse-json.ts';
import { parseFields } from '../../../shared/http/request-fields.ts';
import { errorAnswer } from '../../support/error-answer.ts';

const read = (json: string): object => {
  try {
    return parseFields(z.object(runnerSettingsFields), parseJson(Buffer.from(`{"recording_settings":${json}}`)));
  } catch (error) {
    return errorAnswer(error).body;
  }
};

describe('numbers in the settings of a runner', () => {
  it.each([
    '0',
    '-1.5',
    '1.0',
    '1e3',
    '0.1',
    '9007199254740991',
    '-9007199254740992',
    '9007199254740994',
    '1e22',
    '74280371264716580',
  ])('keep the value %s, wherever it stands', (number) => {
    expect(read(`{"a":[{"b":${number}}]}`)).toEqual({ recording_settings: { a: [{ b: Number(number) }] } });
  });

  it.each(['9007199254740993', '-9007199254740993', '12345678901234567890', '1152921504606846976', '1e309', '-1e400'])(
    'are refused where %s would become another number',
    (number) => {
      const message = `The number ${number} cannot be kept exactly. Send it as a string.`;
      for (const json of [number, `[${number}]`, `{"a":[1,{"b":${number}}]}`]) {
        expect(read(json)).toEqual({ recording_settings: [message] });
      }
    },
  );

  it('are taken or refused by their value, whatever integer it is', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (integer) => {
        // As JSON writes it again.
        const isKept = JSON.stringify(Number(integer)) === String(integer);
        expect(read(String(integer))).toEqual({
          recording_settings: isKept ? Number(integer) : [expect.stringContaining(`${integer} cannot be kept`)],
        });
      }),
    );
  });

  it('stand cut in the answer when they are very long', () => {
    const message = `The number ${'9'.repeat(40)}… cannot be kept exactly. Send it as a string.`;
    expect(read('9'.repeat(10_000))).toEqual({ recording_settings: [message] });
  });
});
