interface Shared<Value> {
  users: number;
  started: Promise<{ value: Value; close: () => Promise<void> }>;
}

/** Each vitest project loads this file again, and all projects share the process. */
const registry = globalThis as { kalendsTestRun?: Map<string, Shared<unknown>> };

/** Starts something once for all vitest projects that ask for it, and closes it when the last one has ended. */
export async function oncePerRun<Value>(
  name: string,
  start: () => Promise<{ value: Value; close: () => Promise<void> }>,
): Promise<{ value: Value; close: () => Promise<void> }> {
  const known = (registry.kalendsTestRun ??= new Map());
  const shared = (known.get(name) as Shared<Value> | undefined) ?? { users: 0, started: start() };
  known.set(name, shared);
  shared.users += 1;
  const { value, close } = await shared.started;
  return {
    value,
    close: async () => {
      shared.users -= 1;
      if (shared.users === 0) await close();
    },
  };
}
