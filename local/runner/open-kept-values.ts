import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** Named texts that outlive a restart when there is a data directory: key material, secrets, the clock's offset. */
export type KeptValues = {
  find: (name: string) => string | undefined;
  /** The value kept under a name; made and kept now if there is none. */
  take: (name: string, make: () => string) => string;
  set: (name: string, value: string) => void;
};

/** Opens the values of a data directory; without one they live as long as the process. */
export const openKeptValues = (dataDir: string | undefined): KeptValues => {
  const file = dataDir === undefined ? undefined : join(dataDir, 'kept-values.json');
  const stored: unknown = file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const values = new Map(Object.entries(z.record(z.string(), z.string()).parse(stored)));
  const set = (name: string, value: string): void => {
    values.set(name, value);
    if (file === undefined || dataDir === undefined) return;
    mkdirSync(dataDir, { recursive: true });
    // Key material: for the user's eyes only.
    writeFileSync(file, JSON.stringify(Object.fromEntries(values), null, 2), { mode: 0o600 });
  };
  return {
    set,
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
