import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { LocalError } from './local-error.ts';

const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).default({}),
  Condition: z.string().optional(),
});

const templateSchema = z.looseObject({
  Resources: z.record(z.string(), resourceSchema),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Parameters: z.record(z.string(), z.looseObject({ Default: z.unknown().optional() })).default({}),
});

const assetManifestSchema = z.looseObject({
  files: z
    .record(
      z.string(),
      z.looseObject({
        source: z.looseObject({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.looseObject({ objectKey: z.string() })),
      }),
    )
    .default({}),
});

export type Template = z.infer<typeof templateSchema>;

/** A synthesized stack: its template, and the directories of its assets by S3 key. */
export type Assembly = { template: Template; assetDirectory: (s3Key: string) => string };

/**
 * Parses a template. `assets` holds the directories of its assets by S3 key.
 * Throws a zod error when the text is not a CloudFormation template.
 */
export const parseAssembly = (template: unknown, assets: ReadonlyMap<string, string> = new Map()): Assembly => ({
  template: templateSchema.parse(template),
  assetDirectory: (s3Key) => {
    const directory = assets.get(s3Key);
    if (directory === undefined) throw new LocalError(`no asset of the assembly has the S3 key ${s3Key}`);
    return directory;
  },
});

/** Reads the stack and its asset manifest from a CDK output directory. Throws a LocalError unless it has one template. */
export const readAssembly = async (directory: string): Promise<Assembly> => {
  const names = await readdir(directory);
  const templates = names.filter((name) => name.endsWith('.template.json'));
  const [templateName] = templates;
  if (templateName === undefined || templates.length > 1) {
    throw new LocalError(`expected one template in ${directory}, found ${templates.length}`);
  }
  const assets = new Map<string, string>();
  for (const name of names.filter((candidate) => candidate.endsWith('.assets.json'))) {
    const manifest = assetManifestSchema.parse(JSON.parse(await readFile(join(directory, name), 'utf8')));
    for (const { source, destinations } of Object.values(manifest.files)) {
      if (source.path === undefined) continue;
      for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, join(directory, source.path));
    }
  }
  return parseAssembly(JSON.parse(await readFile(join(directory, templateName), 'utf8')), assets);
};
