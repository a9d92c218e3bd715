import { describe, expect, it } from 'vitest';
import { authenticate, hashKey } from '../../../shared/http/authenticate.ts';
import { errorAnswer } from '../../support/error-answer.ts';

const deps = { findProjectByKeyHash: async (hash: string) => (hash === hashKey('kal_1') ? 'proj_1' : null) };
const missing = 'Missing Authorization header';
const wrongForm = 'Invalid Authorization header. Should have this format: Token <api_key>';
const unknown = 'Invalid or disabled API key';

describe('the Authorization header', () => {
  it.each(['Token kal_1', 'token kal_1', 'TOKEN kal_1', ' Token \t kal_1 '])(
    'is accepted in the form %j',
    async (header) => {
      expect(await authenticate(header, deps)).toBe('proj_1');
    },
  );

  it.each([
    [undefined, missing],
    ['', missing],
    ['Token', wrongForm],
    ['Token ', wrongForm],
    ['kal_1', wrongForm],
    ['Bearer kal_1', wrongForm],
    ['Tokenkal_1', wrongForm],
    ['Token kal_1 kal_1', wrongForm],
    ['Token kal_1,Token kal_1', wrongForm],
    ['   ', wrongForm],
    ['Token kal_2', unknown],
    ['Token KAL_1', unknown],
    ['Token kal_1\0', unknown],
    ['Token undefined', unknown],
    [`Token ${'k'.repeat(10_000)}`, unknown],
  ])('is refused in the form %j', async (header, detail) => {
    const error = await authenticate(header, deps).catch((refusal: unknown) => refusal);
    expect(errorAnswer(error)).toEqual({
      status: 401,
      headers: { 'content-type': 'application/json', 'www-authenticate': 'Token' },
      body: { detail },
    });
  });
});
