import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const versions = z.record(z.string(), z.string()).default({});
const packageSchema = z.looseObject({
  dependencies: versions,
  devDependencies: versions,
  optionalDependencies: versions,
  inBundle: z.boolean().default(false),
});
const read = (file: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, '../../..', file), 'utf8'));

const manifest = packageSchema.parse(read('package.json'));
const { packages } = z.object({ packages: z.record(z.string(), packageSchema) }).parse(read('package-lock.json'));

/** Whether the lock has a package where Node looks for it from `place`: in each folder up to the root. */
function isLocked(place: string, name: string): boolean {
  if (place === '.') return `node_modules/${name}` in packages;
  return `${place}/node_modules/${name}` in packages || isLocked(dirname(place), name);
}

describe('the lockfile', () => {
  // npm omits packages that its registry lacks, such as binaries of other platforms. `npm ci` then refuses the lockfile.
  it('contains every package that another package depends on, those of other platforms too', () => {
    const missing = Object.entries(packages)
      .filter(([, { inBundle }]) => !inBundle)
      .flatMap(([place, { dependencies, optionalDependencies }]) =>
        Object.keys({ ...dependencies, ...optionalDependencies }).filter(
          (name) => !isLocked(place === '' ? '.' : place, name),
        ),
      );
    expect(missing).toEqual([]);
  });

  it('belongs to a manifest with exact versions', () => {
    const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
    expect(packages['']).toMatchObject({
      dependencies: manifest.dependencies,
      devDependencies: manifest.devDependencies,
    });
  });
});
