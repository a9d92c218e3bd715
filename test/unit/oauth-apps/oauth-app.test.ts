import { describe, expect, it } from 'vitest';
import { addSecret, retireFormer, secretMark } from '../../../shared/oauth-apps/oauth-app.ts';

const one = { client_secrets: ['v1.a' as const], secret_marks: ['a'] };
const two = { client_secrets: ['v1.b' as const, 'v1.a' as const], secret_marks: ['b', 'a'] };

describe('the secrets of an OAuth app', () => {
  it('are the new one and the one that was in use', () => {
    expect(addSecret(one, 'v1.b', 'b')).toEqual(two);
    expect(addSecret(two, 'v1.c', 'c')).toEqual({ client_secrets: ['v1.c', 'v1.b'], secret_marks: ['c', 'b'] });
  });

  it('lose none when a secret comes again: the newest stays the newest, the former one comes back', () => {
    expect(addSecret(two, 'v1.B', 'b')).toEqual({ client_secrets: ['v1.B', 'v1.a'], secret_marks: ['b', 'a'] });
    expect(addSecret(two, 'v1.A', 'a')).toEqual({ client_secrets: ['v1.A', 'v1.b'], secret_marks: ['a', 'b'] });
  });

  it('are only the newest when the former one is retired', () => {
    expect(retireFormer(two)).toEqual({ client_secrets: ['v1.b'], secret_marks: ['b'] });
    expect(retireFormer(one)).toEqual(one);
  });

  it('have marks that differ by app and by secret', () => {
    const marks = [secretMark('oapp_a', 's'), secretMark('oapp_b', 's'), secretMark('oapp_a', 't')];
    expect(new Set(marks).size).toBe(3);
    expect(secretMark('oapp_a', 's')).toBe(marks[0]);
  });
});
