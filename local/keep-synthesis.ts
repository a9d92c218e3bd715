import { createHash, type Hash, randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Settings of the stack. */
export type SynthSettings = Readonly<Record<string, string | number | boolean>>;

/** What a synthesized stack is made from. */
export interface SynthesisInputs {
  /** Folders and files, relative to `root`. */
  root: string;
  sources: readonly string[];
  /** Everything else that shapes the stack, e.g. the version of Node. */
  more: readonly string[];
}

/** So many synthesized stacks are kept; the ones that were used last. */
const mostKept = 6;

const isLoopback = /^https?:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/;

/** Loopback addresses differ at each start. The kept stack has names in their places, which are only texts in it. */
function takeAddresses(settings: SynthSettings): { kept: SynthSettings; addresses: Map<string, string> } {
  const addresses = new Map<string, string>();
  const kept = Object.entries(settings).map(([name, value]) => {
    if (typeof value !== 'string' || !isLoopback.test(value)) return [name, value] as const;
    const placeholder = `http://${name.toLowerCase()}.kalends.invalid`;
    addresses.set(placeholder, value);
    return [name, placeholder] as const;
  });
  return { kept: Object.fromEntries(kept), addresses };
}

async function hashSources({ root, sources, more }: SynthesisInputs, settings: SynthSettings): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([settings, more]));
  for (const source of sources) await hashPath(hash, root, source);
  return hash.digest('hex').slice(0, 32);
}

async function hashPath(hash: Hash, root: string, path: string): Promise<void> {
  const full = join(root, path);
  if (!(await stat(full)).isDirectory()) {
    hash.update(`${path}\0`).update(await readFile(full));
    return;
  }
  for (const name of (await readdir(full)).sort()) await hashPath(hash, root, join(path, name));
}

/**
 * Writes a synthesized stack into `outdir`. A stack that was made from the same inputs before is copied; otherwise
 * `synthesize` makes it, and it is kept.
 *
 * @param keptIn folder of the kept stacks
 */
export async function keepSynthesis(
  keptIn: string,
  inputs: SynthesisInputs,
  { outdir, settings }: { outdir: string; settings: SynthSettings },
  synthesize: (outdir: string, settings: SynthSettings) => Promise<void>,
): Promise<void> {
  const { kept, addresses } = takeAddresses(settings);
  const folder = join(keptIn, await hashSources(inputs, kept));
  if (!(await touch(folder))) {
    const unfinished = `${folder}.${randomUUID()}`;
    try {
      await mkdir(unfinished, { recursive: true });
      await synthesize(unfinished, kept);
      // Another process may have kept the same stack meanwhile.
      await rename(unfinished, folder).catch(() => {});
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
    await removeOldest(keptIn);
  }
  await cp(folder, outdir, { recursive: true });
  const templates = (await readdir(outdir)).filter((name) => name.endsWith('.template.json'));
  await Promise.all(templates.map((name) => fillIn(join(outdir, name), addresses)));
}

/** Marks a kept stack as used. @returns false when there is none */
async function touch(folder: string): Promise<boolean> {
  const now = new Date();
  return utimes(folder, now, now).then(
    () => true,
    () => false,
  );
}

async function fillIn(file: string, addresses: ReadonlyMap<string, string>): Promise<void> {
  let text = await readFile(file, 'utf8');
  for (const [placeholder, address] of addresses) text = text.replaceAll(placeholder, address);
  await writeFile(file, text);
}

/** A folder that is being copied is one that was just used, so it is not removed. */
async function removeOldest(keptIn: string): Promise<void> {
  const names = await readdir(keptIn);
  const folders = await Promise.all(
    names.map(async (name) => ({ name, usedAt: (await stat(join(keptIn, name)).catch(() => null))?.mtimeMs ?? 0 })),
  );
  const oldest = folders.sort((a, b) => b.usedAt - a.usedAt).slice(mostKept);
  await Promise.all(oldest.map(({ name }) => rm(join(keptIn, name), { recursive: true, force: true })));
}
