import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isAttendeeSignature } from '../../../shared/bots/runners/verify-attendee.ts';

const key = Buffer.alloc(32, 7);
const secret = key.toString('base64');
const sign = (text: string): string => createHmac('sha256', key).update(text).digest('base64');

describe('the signature of a webhook of an Attendee server', () => {
  it.each([
    ['a sorted body without spaces', '{"a":1,"b":"é"}', '{"a":1,"b":"é"}'],
    ['a body in another form', '{"b": "\\u00e9", "a": 1}', '{"a":1,"b":"é"}'],
    [
      'a body with numbers as Python writes them',
      '{"data": {"credits_consumed": 1.0, "seconds": 1e-05, "id": 12345678901234567890}}',
      '{"data":{"credits_consumed":1.0,"id":12345678901234567890,"seconds":1e-05}}',
    ],
  ])('is verified over the canonical form of %s', (_form, sent, signed) => {
    expect(isAttendeeSignature(secret, sign(signed), Buffer.from(sent))).toBe(true);
    expect(isAttendeeSignature(secret, sign(`${signed} `), Buffer.from(sent))).toBe(false);
  });

  it('is verified over the bytes, too, also of a body that is no JSON', () => {
    expect(isAttendeeSignature(secret, sign('no JSON'), Buffer.from('no JSON'))).toBe(true);
    expect(isAttendeeSignature(secret, sign('other'), Buffer.from('no JSON'))).toBe(false);
  });
});
