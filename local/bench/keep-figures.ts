import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../.bench');

/** Stores figures as `.bench/<time>.json`, so that runs can be compared. @returns the path */
export async function keepFigures(figures: object, at: Date): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${at.toISOString().replaceAll(':', '-').slice(0, 19)}.json`);
  await writeFile(path, `${JSON.stringify({ at, ...figures }, null, 2)}\n`);
  return path;
}
