import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { dueIndex, lookupIndexes, orderings, subsetIndex } from '../../../shared/store/table-schema.ts';
import { readPermissions } from './read-statements.ts';
import { readResources } from './synthesize-stack.ts';

const root = join(import.meta.dirname, '../../..');
const indexes = [
  ...orderings.flatMap((one) => [one.partitionIndex, one.projectIndex]),
  subsetIndex.name,
  ...Object.values(lookupIndexes),
  dueIndex,
];

/** Bundles the code that a function reaches, without packages: every command in it is one that the function sends. */
function ownCode(name: string): string {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [`functions/${name}/handler.ts`],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    packages: 'external',
    treeShaking: true,
  });
  // esbuild numbers the imports of a command: GetCommand, GetCommand2, …
  return outputFiles.map(({ text }) => text.replaceAll(/\bnew (\w+Command)\d+\(/g, 'new $1(')).join('');
}

const itemActions: Record<string, string> = {
  GetCommand: 'GetItem',
  PutCommand: 'PutItem',
  UpdateCommand: 'UpdateItem',
  DeleteCommand: 'DeleteItem',
  BatchGetCommand: 'BatchGetItem',
  BatchWriteCommand: 'BatchWriteItem',
};

const transactionActions: Record<string, string> = {
  put: 'PutItem',
  update: 'UpdateItem',
  delete: 'DeleteItem',
  check: 'ConditionCheckItem',
};

/** The `Table: …` and `Table/index/…` permissions that the code needs. */
function neededOfTable(code: string): string[] {
  const commands = new Set([...code.matchAll(/\bnew (\w+Command)\(/g)].map(([, command]) => command));
  const actions = new Set(
    Object.entries(itemActions).flatMap(([command, action]) => (commands.has(command) ? action : [])),
  );
  if (commands.has('TransactWriteCommand')) {
    // A transaction needs the actions of its items, which `transact` takes as `{ put: … }`, `{ update: … }` and so on.
    for (const [, kind = ''] of code.matchAll(/\{\s*(put|update|delete|check):/g))
      actions.add(transactionActions[kind] ?? '');
  }
  const queries = code
    .split('new QueryCommand(')
    .slice(1)
    .map((rest) => rest.slice(0, rest.indexOf('})')));
  if (queries.some((query) => !query.includes('IndexName'))) actions.add('Query');
  const queried = queries.some((query) => query.includes('IndexName'))
    ? indexes.filter((index) => code.includes(`"${index}"`)).map((index) => `Table/index/${index}: dynamodb:Query`)
    : [];
  const lines = [...actions].map((action) => `dynamodb:${action}`).sort();
  return [...(lines.length > 0 ? [`Table: ${lines.join(' ')}`] : []), ...queried].sort();
}

const permissions = readPermissions(readResources());
const functions = Object.keys(permissions).map((name) => ({ name, code: ownCode(name) }));

describe('the permissions of a function', () => {
  it.each(functions)('on the table are what the code of $name needs', ({ name, code }) => {
    const granted = (permissions[name] ?? []).filter((line) => line.startsWith('Table'));
    expect(granted).toEqual(neededOfTable(code));
  });

  it.each(functions)('on queues, bus and key are what the code of $name needs', ({ name, code }) => {
    const granted = (permissions[name] ?? []).join('\n');
    expect(/sqs:SendMessage/.test(granted)).toBe(/\bsqs\d*\.sendMessage(Batch)?\(/.test(code));
    expect(/events:PutEvents/.test(granted)).toBe(/\bbus\d*\.putEvents\(/.test(code));
    // One module seals and opens: a function that has both in its bundle may need one permission only.
    expect(/kms:EncryptionContext/.test(granted)).toBe(/\bkms\d*\.generateDataKey\(/.test(code));
  });
});
