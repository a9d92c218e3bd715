import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rowKinds } from '../../../shared/store/row.ts';
import { dueIndex, lookupIndexes, orderings } from '../../../shared/store/table-schema.ts';
import { partsUsed, renderKeys } from '../../support/partition-keys/limits.ts';
import { partitionKeys } from '../../support/partition-keys/partition-keys.ts';
import { readEntityKeys, readKeysTable } from '../../support/partition-keys/read-keys.ts';
import { fixturePath, loadRowKinds } from '../../support/row-fixtures.ts';

await loadRowKinds();

const tableKeys = partitionKeys.filter(({ index }) => index === undefined).map(({ key }) => key);
/** A key of the model as a pattern: what is in angle brackets may be any text. */
const patterns = tableKeys.map((key) => new RegExp(`^${key.replaceAll(/<[^>]+>/g, '[^#]+')}$`));
const isKnown = (key: string): boolean => patterns.some((pattern) => pattern.test(key));

describe('the partition keys in docs/data-model.md', () => {
  it('are those of the model: if this fails, run npx node test/support/write-partition-keys.ts and read the result', () => {
    expect(readKeysTable()).toBe(renderKeys(partitionKeys));
  });

  it.each(partitionKeys.map((one) => [`${one.index ?? ''} ${one.key}`, one] as const))(
    'stay below what DynamoDB allows: %s',
    (_name, key) => {
      expect(partsUsed(key).filter(({ used }) => used >= 0.9)).toEqual([]);
    },
  );

  it.each([...rowKinds].map(([name, { version }]) => [name, version] as const))(
    'have the key of every kind of row: %s',
    (name, version) => {
      const { row } = JSON.parse(readFileSync(fixturePath(name, version), 'utf8')) as { row: { PK: { S: string } } };
      expect([row.PK.S].filter((key) => !isKnown(key))).toEqual([]);
    },
  );

  it('have the key of every entity', () => {
    const entities = readEntityKeys();
    expect(entities.length).toBeGreaterThan(20);
    expect(entities.filter((key) => !isKnown(key.replaceAll(/<[^>]+>/g, 'x')))).toEqual([]);
  });

  it('have every global index', () => {
    const indexes = [...orderings.map((one) => one.projectIndex), ...Object.values(lookupIndexes)];
    const known = new Set(partitionKeys.flatMap(({ index }) => index ?? []));
    expect([...known].sort()).toEqual([...indexes, dueIndex].sort());
  });
});
