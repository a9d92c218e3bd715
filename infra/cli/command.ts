import type { ProjectId } from '../../shared/platform/ids.ts';
import type { ProjectDeps } from '../../shared/projects/create-project.ts';
import { listProjects } from '../../shared/projects/project-store.ts';
import { CliError } from './cli-error.ts';

/** The result of a command: `json` for scripts, `text` for people. */
interface Outcome {
  json: unknown;
  text: string;
}

export interface Command {
  words: string;
  operands: readonly string[];
  /** The command accepts `--name`. */
  takesName?: true;
  run(deps: ProjectDeps, operands: readonly string[], name: string | undefined): Promise<Outcome>;
}

export async function requireProject({ table }: ProjectDeps, projectId: string): Promise<ProjectId> {
  const project = (await listProjects(table)).find(({ id }) => id === projectId);
  if (!project) throw new CliError(`no project ${projectId}; \`project list\` lists all`);
  return project.id;
}
