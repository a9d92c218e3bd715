import { createClock } from '../../shared/platform/clock.ts';
import type { ProjectId } from '../../shared/platform/ids.ts';
import { createProject } from '../../shared/projects/create-project.ts';
import type { Table } from '../../shared/store/table.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { createOwnTable } from './create-own-table.ts';
import { openStackTable } from './open-stack-table.ts';
import { simulateUser } from './simulated-user.ts';
import type { UserOptions } from './simulated-user-port.ts';
import { createStackClient } from './stack-client.ts';
import { startTestStack, type TestStack } from './start-test-stack.ts';
import { useStarted } from './use-started.ts';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts';

interface StackOptions {
  /** Receives each line that a function or an engine writes. */
  log?: (source: string, line: string) => void;
}

async function startStack({ log }: StackOptions) {
  const stack = await startTestStack(log);
  const table = openStackTable(stack.local);
  return {
    ...stack,
    ...createStackClient(stack),
    /** The stack's table, from outside of the stack. */
    table,
    /** Another project than that of `local.apiKey`. */
    createProject: (name: string) => createProject({ table, clock: createClock() }, name),
    /** A user with an empty calendar in a simulator. */
    simulate: (platform: 'google' | 'microsoft', options?: UserOptions) => simulateUser(stack, platform, options),
    close: async () => {
      table.client.destroy();
      await stack.close();
    },
  };
}

export type RunningStack = Awaited<ReturnType<typeof startStack>>;

/** Runs the whole product, with both simulators behind it, for the tests of a file. */
export const useStack = (options: StackOptions = {}): RunningStack =>
  useStarted(
    () => startStack(options),
    (stack) => stack.close(),
  );

/** A client of the stack's API that holds every answer against the OpenAPI document. */
export const useApiClient = (stack: RunningStack): ApiClient =>
  useStarted(
    () => createApiClient(stack.local),
    () => Promise.resolve(),
  );

/** A customer's webhook endpoint; fails the file when a webhook came whose signatures did not fit. */
export const useWebhookReceiver = (): WebhookReceiver =>
  useStarted(startWebhookReceiver, (receiver) => receiver.close());

/** A second project in the stack, with a key of its own. */
export const useOtherProject = (stack: RunningStack): { projectId: ProjectId; apiKey: string } =>
  useStarted(
    () => stack.createProject('other'),
    () => Promise.resolve(),
  );

/** The running stack with a table that only the tests of the file work on, not the stack's own functions and timers. */
export function useStackWithOwnTable(purpose: string): TestStack {
  const stack = useStack();
  return useStarted(
    () => createOwnTable(stack, purpose),
    () => Promise.resolve(),
  );
}

/**
 * A table of the running stack's schema that only the tests of the file work on. Tests whose clock differs from the
 * stack's need it: every minute, the stack's own dispatcher claims whatever timer is due by the real time.
 */
export function useOwnTable(purpose: string): Table {
  const stack = useStack();
  return useStarted(
    async () => openStackTable((await createOwnTable(stack, purpose)).local),
    ({ client }) => Promise.resolve(client.destroy()),
  );
}
