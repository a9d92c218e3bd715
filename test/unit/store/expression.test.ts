import { describe, expect, it } from 'vitest';
import {
  above,
  absent,
  all,
  any,
  atLeast,
  atMost,
  below,
  type Condition,
  conditionOf,
  differs,
  equals,
  exists,
  expressionOf,
  sizeBelow,
} from '../../../shared/store/expression.ts';

/** An expression as a person would write it: every placeholder replaced. */
function plain(
  text: string | undefined,
  { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} },
): string {
  return (text ?? '')
    .replaceAll(/#\d+/g, (name) => (names as Record<string, string>)[name] ?? '?')
    .replaceAll(/:\d+/g, (value) => JSON.stringify((values as Record<string, unknown>)[value]) ?? '?');
}
const plainCondition = (condition: Condition): string => {
  const expression = conditionOf(condition);
  return plain(expression.ConditionExpression, expression);
};
const plainUpdate = (change: Parameters<typeof expressionOf>[0]): string => {
  const expression = expressionOf(change);
  return plain(expression.UpdateExpression, expression);
};

describe('a condition', () => {
  it.each([
    [exists(), 'attribute_exists(PK)'],
    [exists('a'), 'attribute_exists(a)'],
    [absent(), 'attribute_not_exists(PK)'],
    [equals('a', 1), 'a = 1'],
    [differs('a', 1), 'a <> 1'],
    [below('a', 1), 'a < 1'],
    [atMost('a', 1), 'a <= 1'],
    [above('a', 1), 'a > 1'],
    [atLeast('a', 1), 'a >= 1'],
    [sizeBelow('a', 3), 'size(a) < 3'],
    [all(equals('a', 1), exists('b')), '(a = 1) AND (attribute_exists(b))'],
    [
      any(equals('a', 1), all(exists('b'), absent('c'))),
      '(a = 1) OR ((attribute_exists(b)) AND (attribute_not_exists(c)))',
    ],
  ])('has the text that DynamoDB reads (case %#)', (condition, text) => {
    expect(plainCondition(condition)).toBe(text);
  });

  it('names each attribute once, so reserved words and repeated names work', () => {
    expect(conditionOf(any(absent('state'), equals('state', 'a')))).toEqual({
      ConditionExpression: '(attribute_not_exists(#0)) OR (#0 = :0)',
      ExpressionAttributeNames: { '#0': 'state' },
      ExpressionAttributeValues: { ':0': 'a' },
    });
  });

  it('adds nothing to a write without a condition, and no values where it compares none', () => {
    expect(conditionOf(undefined)).toEqual({});
    expect(conditionOf(exists())).not.toHaveProperty('ExpressionAttributeValues');
  });
});

describe('a change', () => {
  it('has one part for each kind of write', () => {
    expect(
      plainUpdate({ set: { a: 1, b: 'x' }, setOnce: { c: 2 }, add: { d: 3 }, take: { e: 4 }, remove: ['f', 'g'] }),
    ).toBe('SET a = 1, b = "x", c = if_not_exists(c, 2) ADD d 3 DELETE e 4 REMOVE f, g');
  });

  it('leaves out undefined values and empty parts', () => {
    expect(plainUpdate({ set: { a: undefined, b: null }, add: {}, remove: [] })).toBe('SET b = null');
    expect(plainUpdate({ remove: ['a'] })).toBe('REMOVE a');
  });

  it('shares its placeholders with its condition', () => {
    expect(expressionOf({ set: { a: 1 }, when: equals('a', 0) })).toEqual({
      UpdateExpression: 'SET #0 = :0',
      ConditionExpression: '#0 = :1',
      ExpressionAttributeNames: { '#0': 'a' },
      ExpressionAttributeValues: { ':0': 1, ':1': 0 },
    });
  });

  // An attribute list with a value that contains ' REMOVE ' was once split in the middle of that value.
  it('keeps values apart from the expression, whatever they contain', () => {
    const expression = expressionOf({ set: { a: 'x REMOVE y' }, remove: ['b'] });
    expect(expression.UpdateExpression).toBe('SET #0 = :0 REMOVE #1');
    expect(expression.ExpressionAttributeValues).toEqual({ ':0': 'x REMOVE y' });
  });
});
