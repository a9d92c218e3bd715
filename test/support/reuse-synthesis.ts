import { randomUUID } from 'node:crypto';
import { cp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localWorkersPerQueue } from '../../local/start-local.ts';
import type { Synthesize } from '../../local/synthesize.ts';

/** The addresses a stack is given, which is all in which the stacks of tests differ. */
const addresses = [
  'publicUrl',
  'googleApiUrl',
  'googleAuthUrl',
  'googleOauthUrl',
  'microsoftGraphUrl',
  'microsoftLoginUrl',
] as const;

const placeholderOf = (name: string): string => `http://${name.toLowerCase()}.kalends.test`;

/** Settings to synthesize with once. */
export const placeholderSettings = {
  ...Object.fromEntries(addresses.map((name) => [name, placeholderOf(name)])),
  allowLoopbackWebhooks: true,
  workersPerQueue: localWorkersPerQueue,
};

interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

/** All stacks of a test run share an engine. */
function nameTable(template: Template): Template {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === 'AWS::DynamoDB::GlobalTable') Properties['TableName'] = `kalends-${randomUUID()}`;
  }
  return template;
}

/** Writes the stack that was synthesized once, with the addresses of this one in it, and a table of its own. */
export const reuseSynthesis =
  (folder: string): Synthesize =>
  async (outdir, settings) => {
    const others = Object.keys(settings).filter((name) => !(name in placeholderSettings));
    if (others.length > 0) throw new Error(`not synthesized for other settings than addresses: ${others.join(', ')}`);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const [from, to] = [join(folder, entry.name), join(outdir, entry.name)];
      if (entry.isDirectory()) await symlink(from, to);
      else if (!entry.name.endsWith('.template.json')) await cp(from, to);
      else {
        const template = await readFile(from, 'utf8');
        const addressed = addresses.reduce(
          (text, name) => text.replaceAll(placeholderOf(name), String(settings[name])),
          template,
        );
        await writeFile(to, JSON.stringify(nameTable(JSON.parse(addressed))));
      }
    }
  };
