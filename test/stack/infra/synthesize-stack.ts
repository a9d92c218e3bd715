import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { functionNames } from '../../../infra/bundle.ts';
import { readSettings } from '../../../infra/config.ts';
import { KalendsStack } from '../../../infra/kalends-stack.ts';

const resourcesSchema = z.record(
  z.string(),
  z.object({
    Type: z.string(),
    Properties: z.record(z.string(), z.unknown()).default({}),
    Metadata: z.record(z.string(), z.unknown()).default({}),
    DeletionPolicy: z.string().optional(),
  }),
);

export type Resources = z.output<typeof resourcesSchema>;

/** Creates a folder with an empty bundle per function: the template holds only the hash of a bundle. */
export function emptyBundles(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kalends-bundles-'));
  for (const name of functionNames()) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'index.mjs'), `// ${name}\n`);
  }
  return folder;
}

/** Creates the stack in its own app, not yet synthesized. */
export function createStack(settings: Record<string, unknown> = {}): { app: App; stack: KalendsStack } {
  const app = new App();
  const stack = new KalendsStack(app, 'Kalends', {
    settings: readSettings(settings, undefined),
    bundles: emptyBundles(),
    env: { region: 'eu-central-1' },
  });
  return { app, stack };
}

/** Resources of the synthesized template by logical id. */
export const readResources = (settings?: Record<string, unknown>): Resources =>
  resourcesSchema.parse(Template.fromStack(createStack(settings).stack).toJSON().Resources);

/** Resources of one type. */
export const ofType = (resources: Resources, type: string): [string, Resources[string]][] =>
  Object.entries(resources).filter(([, resource]) => resource.Type === type);

/** Formats a value of the template as short text: `Fn::GetAtt` and `Ref` as the logical id, `Fn::Join` as its parts. */
export function spell(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [entry] = Object.entries(value);
  if (entry?.[0] === 'Ref') return String(entry[1]);
  if (entry?.[0] === 'Fn::GetAtt') return String((entry[1] as unknown[])[0]);
  if (entry?.[0] === 'Fn::Join') return ((entry[1] as unknown[])[1] as unknown[]).map(spell).join('');
  return JSON.stringify(value);
}

/** Folders in `functions/` that the template deploys. */
export const functionNamesOf = (resources: Resources): string[] =>
  ofType(resources, 'AWS::Lambda::Function').map(([, { Metadata }]) => String(Metadata['kalends:function']));
