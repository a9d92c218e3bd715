/**
 * Writes `test/fixtures/rows/<kind>.v<version>.json` for the kinds and versions of rows that have none:
 * `npx node test/support/write-row-fixtures.ts`. It never changes a file that exists, because a fixture is a row as a release
 * has stored it, and is read for ever after (`test/unit/store/stored-rows.test.ts`).
 *
 * For a new kind, or a new version of a kind, add an example to `row-examples/`.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { rowKinds } from '../../shared/store/row.ts';
import { botRows } from './row-examples/bot-rows.ts';
import { calendarRows } from './row-examples/calendar-rows.ts';
import { eventRows } from './row-examples/event-rows.ts';
import { organizationRows } from './row-examples/organization-rows.ts';
import { otherRows } from './row-examples/other-rows.ts';
import { fixtureFolder, fixturePath, loadRowKinds, plainOf } from './row-fixtures.ts';

const examples = { ...calendarRows, ...eventRows, ...botRows, ...organizationRows, ...otherRows };

await loadRowKinds();
mkdirSync(fixtureFolder, { recursive: true });
for (const [name, kind] of rowKinds) {
  const path = fixturePath(name, kind.version);
  if (existsSync(path)) continue;
  const example = examples[name];
  if (!example) throw new Error(`add an example of ${name}, then run this again`);
  const [PK, SK] = example.key;
  const row = marshall({ PK, SK, ...kind.write(example.value as never) }, { removeUndefinedValues: true });
  writeFileSync(path, `${JSON.stringify({ row: plainOf(row), value: plainOf(example.value) }, null, 2)}\n`);
}
