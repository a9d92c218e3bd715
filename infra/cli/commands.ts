import { formatTimestamp } from '../../shared/platform/timestamp.ts';
import { createApiKey, createProject } from '../../shared/projects/create-project.ts';
import { listApiKeys, listProjects, revokeApiKey } from '../../shared/projects/project-store.ts';
import { alignColumns } from './align-columns.ts';
import { CliError } from './cli-error.ts';
import { type Command, requireProject } from './command.ts';
import { connectCalendar } from './connect-calendar.ts';
import { importAttendee } from './import-attendee.ts';
import { limitCommands } from './limit-commands.ts';

const shownOnce = 'The key is shown only now: Kalends stores its SHA-256, not the key.';

/** Every command of the CLI. */
export const commands: readonly Command[] = [
  {
    words: 'project create',
    operands: ['NAME'],
    run: async (deps, [name = '']) => {
      const { projectId, apiKey } = await createProject(deps, name.trim());
      const rows = alignColumns([
        ['Project', projectId],
        ['API key', apiKey],
      ]);
      return { json: { project_id: projectId, api_key: apiKey }, text: `${rows}\n\n${shownOnce}` };
    },
  },
  {
    words: 'project list',
    operands: [],
    run: async ({ table }) => {
      const projects = (await listProjects(table)).sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
      const rows = projects.map(({ id, name, created_at }) => [id, formatTimestamp(created_at), name]);
      return {
        json: projects.map(({ id, name, created_at }) => ({
          project_id: id,
          name,
          created_at: formatTimestamp(created_at),
        })),
        text: rows.length > 0 ? alignColumns([['PROJECT_ID', 'CREATED', 'NAME'], ...rows]) : 'No projects yet.',
      };
    },
  },
  {
    words: 'key create',
    operands: ['PROJECT_ID'],
    takesName: true,
    run: async (deps, [projectId = ''], name = 'unnamed') => {
      const { key, apiKey } = await createApiKey(deps, await requireProject(deps, projectId), name);
      const rows = alignColumns([
        ['Key', key.id],
        ['API key', apiKey],
      ]);
      const json = { project_id: projectId, key_id: key.id, name, api_key: apiKey };
      return { json, text: `${rows}\n\n${shownOnce}` };
    },
  },
  {
    words: 'key list',
    operands: ['PROJECT_ID'],
    run: async (deps, [projectId = '']) => {
      await requireProject(deps, projectId);
      const keys = (await listApiKeys(deps.table, projectId)).sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
      const rows = keys.map(({ id, name, created_at, disabled }) => [
        id,
        formatTimestamp(created_at),
        disabled ? 'revoked' : 'active',
        name,
      ]);
      return {
        json: keys.map(({ id, name, created_at, disabled }) => ({
          key_id: id,
          name,
          created_at: formatTimestamp(created_at),
          state: disabled ? 'revoked' : 'active',
        })),
        text: rows.length > 0 ? alignColumns([['KEY_ID', 'CREATED', 'STATE', 'NAME'], ...rows]) : 'No keys.',
      };
    },
  },
  {
    words: 'key revoke',
    operands: ['PROJECT_ID', 'KEY_ID'],
    run: async ({ table }, [projectId = '', keyId = '']) => {
      if (!(await revokeApiKey(table, projectId, keyId))) {
        throw new CliError(`project ${projectId} has no key ${keyId}; \`key list ${projectId}\` lists all`);
      }
      return {
        json: { project_id: projectId, key_id: keyId, state: 'revoked' },
        text: `Revoked ${keyId}: requests with it fail from now on.`,
      };
    },
  },
  ...limitCommands,
  {
    words: 'connect google',
    operands: [],
    runByApi: (env, _operands, progress) => connectCalendar(env, 'google', progress),
  },
  {
    words: 'connect microsoft',
    operands: [],
    runByApi: (env, _operands, progress) => connectCalendar(env, 'microsoft', progress),
  },
  {
    words: 'import attendee',
    operands: ['CREDENTIALS_FILE'],
    runByApi: (env, [file = ''], progress) => importAttendee(env, file, progress),
  },
];
