import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { openapiDocument } from '../shared/service/openapi.api.ts';
import { findCommand } from '../test/support/run-generator.ts';
import { addSentTypes, sentTime } from './add-sent-types.ts';
import { versionLine } from './version-line.ts';

/*
 * Writes the OpenAPI document of this commit for the generators, and the types of both clients from it. The tools are those
 * of `clients/typescript/package.json` (`npm ci --prefix clients/typescript`), and `datamodel-codegen` of Python (`pip install
 * datamodel-code-generator==0.89.0`).
 */
const folder = import.meta.dirname;
const document = openapiDocument({ version: '0.1.0', url: 'https://kalends.example' });
const text = `${JSON.stringify(document, null, 2)}\n`;
writeFileSync(join(folder, 'openapi.json'), text);
const { status } = spawnSync('npm', ['run', 'generate', '--prefix', join(folder, 'typescript')], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
const types = join(folder, 'typescript/src/api-types.ts');
writeFileSync(types, `// ${versionLine(text)}\n${readFileSync(types, 'utf8')}`);

const scratch = mkdtempSync(join(tmpdir(), 'kalends-clients-'));
const input = join(scratch, 'openapi.json');
writeFileSync(input, JSON.stringify(addSentTypes(document)));
const models = join(folder, 'python/src/kalends/models.py');
const parameters = [
  '--input',
  input,
  '--input-file-type=openapi',
  '--openapi-scopes',
  'schemas',
  'webhooks',
  '--use-title-as-name',
  `--output=${models}`,
  '--output-model-type=typing.TypedDict',
  '--target-python-version=3.11',
  '--use-schema-description',
  '--disable-timestamp',
];
const generator = findCommand('datamodel-codegen');
if (generator === null)
  throw new Error('datamodel-codegen is not installed (pip install datamodel-code-generator==0.89.0)');
const made = spawnSync(generator, parameters, { stdio: ['ignore', 'inherit', 'ignore'] });
rmSync(scratch, { recursive: true });
if (made.status !== 0) process.exit(made.status ?? 1);
// Python 3.11 has no closed TypedDicts without a further package.
const python = readFileSync(models, 'utf8')
  .replace(/^from typing import (.*)$/m, 'from typing import $1, TypedDict')
  .replace(/^from typing_extensions import TypedDict\n\n/m, '')
  .replaceAll('(TypedDict, closed=True)', '(TypedDict)')
  .replace('from typing import', 'from datetime import datetime\nfrom typing import')
  .replace(`${sentTime}: TypeAlias = str\n`, `${sentTime}: TypeAlias = datetime | str\n`);
const body = z.object({
  content: z.object({ 'application/json': z.object({ schema: z.object({ title: z.string() }) }) }),
});
const { webhooks } = z
  .object({ webhooks: z.record(z.string(), z.object({ post: z.object({ requestBody: body }) })) })
  .parse(document);
const payloads = Object.values(webhooks).map(({ post }) => post.requestBody.content['application/json'].schema.title);
const payload = `\n\nWebhookPayload: TypeAlias = (\n    ${payloads.join('\n    | ')}\n)\n`;
writeFileSync(models, `# ${versionLine(text)}\n${python}${payload}`);
