import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

const root = join(import.meta.dirname, '../..');
export const fixtureFolder = join(root, 'test/fixtures/rows');

/** Where the stored row of a kind and version is: `sync state`, 1 → `…/sync-state.v1.json`. */
export const fixturePath = (name: string, version: number): string =>
  join(fixtureFolder, `${name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}.v${version}.json`);

/** Loads every module that defines a kind of row, so that `rowKinds` has all of them. */
export async function loadRowKinds(): Promise<void> {
  const files = readdirSync(join(root, 'shared'), { recursive: true, encoding: 'utf8' });
  await Promise.all(
    files.filter((file) => /-(?:row|store)\.ts$/.test(file)).map((file) => import(join(root, 'shared', file))),
  );
}

/** A value as a JSON file holds it: bytes as `{"base64":…}`, sets as arrays. */
export const plainOf = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, item) => {
      if (item instanceof Set) return [...item];
      if (item instanceof Uint8Array) return { base64: Buffer.from(item).toString('base64') };
      // Buffers have a toJSON of their own, which runs before this function.
      if (item?.type === 'Buffer') return { base64: Buffer.from(item.data).toString('base64') };
      return item;
    }),
  );

/** A row as DynamoDB returns it, from the form that `plainOf` gives a marshalled row. */
export const storedRow = (plain: Record<string, unknown>): Record<string, unknown> =>
  unmarshall(
    JSON.parse(JSON.stringify(plain), (_, item) =>
      typeof item?.base64 === 'string' ? Buffer.from(item.base64, 'base64') : item,
    ) as Record<string, AttributeValue>,
  );
