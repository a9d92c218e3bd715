import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStoredEvent } from '../../../shared/events/event-row.ts';
import { rowKinds } from '../../../shared/store/row.ts';
import { fixtureFolder, fixturePath, loadRowKinds, plainOf, storedRow } from '../../support/row-fixtures.ts';

/**
 * A fixture is a row as a release has stored it, with the value it must be read as. Tables hold such rows for years, so a
 * fixture is never changed. A field that was added later may be in the value besides.
 *
 * For a new kind or version of rows add an example to `test/support/row-examples` and run `test/support/write-row-fixtures.ts`.
 */
interface Fixture {
  row: Record<string, unknown>;
  value: Record<string, unknown>;
}
const readFixture = (path: string): Fixture => JSON.parse(readFileSync(path, 'utf8')) as Fixture;

await loadRowKinds();
const versions = [...rowKinds].flatMap(([name, { version }]) =>
  Array.from({ length: version }, (_, index) => [name, index + 1] as const),
);

describe('rows stored by earlier releases', () => {
  it.each(versions)('are read as they were written: %s, version %i', (name, version) => {
    const { row, value } = readFixture(fixturePath(name, version));
    expect(plainOf(rowKinds.get(name)?.read(storedRow(row)))).toMatchObject(value);
  });

  it('have a fixture for every kind and version, and no fixture is left over', () => {
    const expected = versions.map(([name, version]) => basename(fixturePath(name, version)));
    expect(expected.length).toBeGreaterThan(20);
    expect(readdirSync(fixtureFolder).sort()).toEqual(expected.sort());
  });

  it('have one name for each kind: a second kind of the same name would have no fixture', () => {
    const shared = join(import.meta.dirname, '../../../shared');
    const defined = readdirSync(shared, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('store/row.ts'))
      .flatMap((file) => readFileSync(join(shared, file), 'utf8').match(/\bdefineRow\(/g) ?? []);
    expect(rowKinds.size).toBe(defined.length);
  });

  it('are read without a version, as rows of version 1', () => {
    for (const [name] of rowKinds) {
      const { row } = readFixture(fixturePath(name, 1));
      const { v: _, ...unversioned } = row;
      expect(() => rowKinds.get(name)?.read(storedRow(unversioned))).not.toThrow();
    }
  });

  it('are compared with a listing when they are events', () => {
    const { row } = readFixture(fixturePath('prefetched event', 1));
    expect(readStoredEvent(storedRow(row))).toMatchObject({ is_upcoming: true, series_id: '_series' });
  });
});
