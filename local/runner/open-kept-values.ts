import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** Named texts that are kept over restarts in the data directory: key material, secrets, the offset of the clock. */
export type KeptValues = {
  /** Returns the value of a name, or undefined. */
  find: (name: string) => string | undefined;
  /** Returns the value of a name; makes and keeps it when there is none. */
  take: (name: string, make: () => string) => string;
  set: (name: string, value: string) => void;
};

/** Opens the values of a data directory. Without a directory they are lost when the process ends. */
export const openKeptValues = (dataDir: string | undefined): KeptValues => {
  const file = dataDir === undefined ? undefined : join(dataDir, 'kept-values.json');
  const stored: unknown = file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const values = new Map(Object.entries(z.record(z.string(), z.string()).parse(stored)));
  const set = (name: string, value: string): void => {
    values.set(name, value);
    if (file === undefined || dataDir === undefined) return;
    mkdirSync(dataDir, { recursive: true });
    // Readable by the user only, because it holds key material.
    writeFileSync(file, JSON.stringify(Object.fromEntries(values), null, 2), { mode: 0o600 });
  };
  return {
    set,
    /** Returns the value of a name, or undefined. */
    find: (name) => values.get(name),
    take: (name, make) => {
      const known = values.get(name);
      if (known !== undefined) return known;
      const made = make();
      set(name, made);
      return made;
    },
  };
};
