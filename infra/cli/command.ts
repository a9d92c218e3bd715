import type { ProjectId } from '../../shared/platform/ids.ts';
import type { ProjectDeps } from '../../shared/projects/create-project.ts';
import { listProjects } from '../../shared/projects/project-store.ts';
import { CliError } from './cli-error.ts';
import type { Environment } from './open-stack-table.ts';

/** The result of a command: `json` for scripts, `text` for people. */
interface Outcome {
  json: unknown;
  text: string;
}

interface CommandLine {
  words: string;
  operands: readonly string[];
  /** The command accepts `--name`. */
  takesName?: true;
}

/** A command works on the table of a stack, or by APIs, whose addresses and keys are in the environment. */
export type Command = CommandLine &
  (
    | { run(deps: ProjectDeps, operands: readonly string[], name: string | undefined): Promise<Outcome> }
    | { runByApi(env: Environment, operands: readonly string[], progress: (line: string) => void): Promise<Outcome> }
  );

export async function requireProject({ table }: ProjectDeps, projectId: string): Promise<ProjectId> {
  const project = (await listProjects(table)).find(({ id }) => id === projectId);
  if (!project) throw new CliError(`no project ${projectId}; \`project list\` lists all`);
  return project.id;
}
