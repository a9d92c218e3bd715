/** Replaces names and values by placeholders, so that attribute names may be reserved words of DynamoDB. */
interface Placeholders {
  name(attribute: string): string;
  value(value: unknown): string;
}

/** A condition on a row, as text with placeholders. Combine with `all` and `any`. */
export type Condition = (at: Placeholders) => string;

export const exists =
  (attribute = 'PK'): Condition =>
  (at) =>
    `attribute_exists(${at.name(attribute)})`;
export const absent =
  (attribute = 'PK'): Condition =>
  (at) =>
    `attribute_not_exists(${at.name(attribute)})`;

const compare =
  (operator: string) =>
  (attribute: string, value: unknown): Condition =>
  (at) =>
    `${at.name(attribute)} ${operator} ${at.value(value)}`;
export const equals = compare('=');
export const differs = compare('<>');
export const below = compare('<');
export const atMost = compare('<=');
export const above = compare('>');
export const atLeast = compare('>=');
/** Has a set, list or text fewer elements than this? */
export const sizeBelow =
  (attribute: string, count: number): Condition =>
  (at) =>
    `size(${at.name(attribute)}) < ${at.value(count)}`;

const join =
  (word: string) =>
  (...conditions: Condition[]): Condition =>
  (at) =>
    conditions.map((condition) => `(${condition(at)})`).join(` ${word} `);
export const all = join('AND');
export const any = join('OR');

/** A change of a row. Every attribute is named in one part only. */
export interface Change {
  set?: Record<string, unknown>;
  /** Set only where the row has no value yet. */
  setOnce?: Record<string, unknown>;
  /** Numbers to add, or elements to put into a set. */
  add?: Record<string, unknown>;
  /** Elements to remove from a set. */
  take?: Record<string, unknown>;
  remove?: string[];
  /** The change is refused when this does not hold. */
  when?: Condition | undefined;
}

interface Expression {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
}

function createPlaceholders() {
  const names = new Map<string, string>();
  const values: Record<string, unknown> = {};
  const at: Placeholders = {
    name: (attribute) => {
      const known = names.get(attribute);
      if (known) return known;
      const placeholder = `#${names.size}`;
      names.set(attribute, placeholder);
      return placeholder;
    },
    value: (value) => {
      const placeholder = `:${Object.keys(values).length}`;
      values[placeholder] = value;
      return placeholder;
    },
  };
  const used = (): Omit<Expression, 'ConditionExpression'> => ({
    ...(names.size > 0 && {
      ExpressionAttributeNames: Object.fromEntries([...names].map(([attribute, name]) => [name, attribute])),
    }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  });
  return { at, used };
}

/** The condition of a put, delete or check; nothing for a write without one. */
export function conditionOf(when: Condition | undefined): Expression {
  if (!when) return {};
  const { at, used } = createPlaceholders();
  return { ConditionExpression: when(at), ...used() };
}

/** The expressions of an update. Undefined values are left out. */
export function expressionOf({ set = {}, setOnce = {}, add = {}, take = {}, remove = [], when }: Change): Expression & {
  UpdateExpression: string;
} {
  const { at, used } = createPlaceholders();
  const given = (part: Record<string, unknown>) => Object.entries(part).filter(([, value]) => value !== undefined);
  const sets = [
    ...given(set).map(([name, value]) => `${at.name(name)} = ${at.value(value)}`),
    ...given(setOnce).map(([name, value]) => `${at.name(name)} = if_not_exists(${at.name(name)}, ${at.value(value)})`),
  ];
  const pairs = (part: Record<string, unknown>) =>
    given(part).map(([name, value]) => `${at.name(name)} ${at.value(value)}`);
  const parts = [
    ['SET', sets],
    ['ADD', pairs(add)],
    ['DELETE', pairs(take)],
    ['REMOVE', remove.map((name) => at.name(name))],
  ] as const;
  const UpdateExpression = parts
    .filter(([, terms]) => terms.length > 0)
    .map(([word, terms]) => `${word} ${terms.join(', ')}`)
    .join(' ');
  return { UpdateExpression, ...(when && { ConditionExpression: when(at) }), ...used() };
}
