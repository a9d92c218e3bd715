import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');

describe("the CDK's command line", () => {
  // Library and command line have separate releases: an old command line cannot read the output of a newer library.
  it('synthesizes the stack without an account, credentials or region', { timeout: 120_000 }, () => {
    const output = mkdtempSync(join(tmpdir(), 'kalends-cdk-'));
    const { status, stderr } = spawnSync('cdk', ['synth', '--quiet', '--output', output], {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`, HOME: output },
    });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(existsSync(join(output, 'Kalends.template.json'))).toBe(true);
  });
});
