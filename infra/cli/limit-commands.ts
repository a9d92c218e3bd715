import { type LimitName, largestLimits, limitNames } from '../../shared/projects/project-limits.ts';
import { readLimits, setLimit } from '../../shared/projects/project-limits-store.ts';
import { alignColumns } from './align-columns.ts';
import { CliError } from './cli-error.ts';
import { type Command, requireProject } from './command.ts';

const ofStack = 'default';

function readLimitName(text: string): LimitName {
  const name = limitNames.find((known) => known === text);
  if (!name) throw new CliError(`no limit ${text}; the limits are ${limitNames.join(', ')}`);
  return name;
}

function readValue(name: LimitName, text: string): number | null {
  if (text === ofStack) return null;
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > largestLimits[name]) {
    throw new CliError(`${name} is \`${ofStack}\`, or a number from 1 to ${largestLimits[name]}`);
  }
  return value;
}

/** Limits of a project that differ from those of the stack (docs/api-compatibility.md#limits). */
export const limitCommands: readonly Command[] = [
  {
    words: 'limit list',
    operands: ['PROJECT_ID'],
    run: async (deps, [projectId = '']) => {
      await requireProject(deps, projectId);
      const set = await readLimits(deps.table, projectId);
      const rows = limitNames.map((name) => [name, String(set[name] ?? ofStack)]);
      return { json: { project_id: projectId, limits: set }, text: alignColumns([['LIMIT', 'VALUE'], ...rows]) };
    },
  },
  {
    words: 'limit set',
    operands: ['PROJECT_ID', 'LIMIT', 'VALUE'],
    run: async (deps, [projectId = '', limit = '', text = '']) => {
      const project = await requireProject(deps, projectId);
      const name = readLimitName(limit);
      const value = readValue(name, text);
      await setLimit(deps.table, project, name, value);
      return {
        json: { project_id: project, limit: name, value },
        text: `${name} of ${project} is ${value ?? 'that of the stack'}, within five minutes.`,
      };
    },
  },
];
