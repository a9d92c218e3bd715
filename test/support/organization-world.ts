import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startGoogleSimulator } from '../../local/simulators/google/google-simulator.ts';
import { startMicrosoftSimulator } from '../../local/simulators/microsoft/microsoft-simulator.ts';
import type { Platform } from '../../shared/calendars/calendar.ts';
import type { CalendarWithSync } from '../../shared/calendars/calendar-store.ts';
import { listCalendars } from '../../shared/calendars/list-calendars.ts';
import { createOrganization } from '../../shared/organizations/create-organization.ts';
import { createFollowDeps } from '../../shared/organizations/follow-deps.ts';
import { followOrganization } from '../../shared/organizations/follow-organization.ts';
import type { NewOrganization } from '../../shared/organizations/new-organization.ts';
import { followingKey } from '../../shared/organizations/organization-row.ts';
import { findFollowedOrganization } from '../../shared/organizations/organization-store.ts';
import { millisOf, type Timestamp } from '../../shared/platform/timestamp.ts';
import { getAllRows } from '../../shared/store/batch-get.ts';
import type { PageCursor } from '../../shared/store/page.ts';
import { syncCalendar } from '../../shared/sync/sync-calendar.ts';
import type { SyncDeps } from '../../shared/sync/sync-run.ts';
import { freeLimiter } from './free-limiter.ts';
import type { TestStack } from './start-test-stack.ts';
import { createSyncHarness } from './sync-harness.ts';
import { createSyncQueueInMemory } from './sync-queue-in-memory.ts';

const second = 1_000;
const minute = 60_000;
const hour = 3_600_000;

/** Where providers push to: it answers the handshake of Graph, and takes every notification. */
async function startPushReceiver() {
  const server = createServer((request, response) => {
    const token = new URL(request.url ?? '/', 'http://receiver').searchParams.get('validationToken');
    request.resume();
    response.writeHead(200, { 'content-type': 'text/plain' }).end(token ?? '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Refuses nothing. Leases have tests of their own, and would be a sixth of all requests to the table. */
const freeShare: SyncDeps['shares']['google'] = {
  acquire: (projectId) => Promise.resolve({ lane: 'google-sync', projectId, number: 0, until: 0 }),
  release: () => Promise.resolve(),
};

/** The Google Cloud project whose quota the organization uses. */
export const cloudProject = 'cloud-project';

const nameOf = (index: number): string => `user${String(index).padStart(5, '0')}`;

/**
 * Simulators with an organization and its users, each with an event; the code that connects and syncs them, with a queue in
 * memory; and one clock. Every request to a provider is an HTTP request. Work takes no time on the clock, which moves only
 * while the organization waits for its pace: so requests come in the shortest bursts that are possible.
 */
export async function startOrganizationWorld(own: TestStack, platform: Platform, mailboxes: number) {
  let time = Date.parse('2026-11-27T08:00:00Z');
  const now = (): number => time;
  const [google, microsoft, receiver] = await Promise.all([
    startGoogleSimulator({ now }),
    startMicrosoftSimulator({ now }),
    startPushReceiver(),
  ]);
  const local = Object.create(own.local, {
    now: { value: now },
    url: { value: receiver.url },
  }) as TestStack['local'];
  const harness = createSyncHarness({ ...own, local, google, microsoft });
  const syncs = createSyncQueueInMemory(now);
  const { table, projectId } = harness;
  const deps = {
    ...harness.deps,
    queues: { google: syncs.queue, microsoft: syncs.queue },
    shares: { google: freeShare, microsoft: freeShare },
  };
  /** Answers by what the request was for and its status, as the simulator has given them. */
  const answers = new Map<string, number>();

  const at = (hours: number) => ({ dateTime: new Date(time + hours * hour).toISOString() });
  const users = {
    google: [] as ReturnType<typeof google.addAccount>[],
    microsoft: [] as ReturnType<typeof microsoft.addAccount>[],
  };
  const addUser = (email: string): void => {
    if (platform === 'google') {
      const user = google.addAccount({ email });
      google.insertEvent(google.addCalendar(user), { summary: 'Planning', start: at(2), end: at(3) });
      users.google.push(user);
    } else {
      const user = microsoft.addAccount({ email, tenantId: 'tenant' });
      microsoft.insertEvent(microsoft.addCalendar(user), { subject: 'Planning', start: at(2), end: at(3) });
      users.microsoft.push(user);
    }
  };
  const application = microsoft.addApplication({ clientId: 'app', tenantId: 'tenant' });
  const addOrganization = (): NewOrganization => {
    if (platform === 'microsoft') {
      const { tenantId: tenant, clientId: client_id, clientSecret: client_secret } = application;
      return { platform, microsoft: { tenant, client_id, client_secret } };
    }
    const admin_subject = `${nameOf(0)}@customer.example`;
    const customer = { domain: 'customer.example', projectId: cloudProject, admins: [admin_subject] };
    const service_account_key = google.addServiceAccountKey(google.addOrganization(customer));
    return { platform, google: { service_account_key, admin_subject } };
  };
  const request = addOrganization();
  for (let index = 0; index < mailboxes; index += 1) addUser(`${nameOf(index)}@customer.example`);

  const count = (): void => {
    for (const { kind, status } of [...google.requests.splice(0), ...microsoft.requests.splice(0)]) {
      const name = `${kind} ${status}`;
      answers.set(name, (answers.get(name) ?? 0) + 1);
    }
  };
  const drain = async (): Promise<void> => {
    await syncs.drain(16, (message) => syncCalendar(deps, message));
    count();
  };
  /** What others request each second. */
  const others: (() => Promise<void>)[] = [];
  const pass = async (ms: number): Promise<void> => {
    await drain();
    for (const end = time + ms; time < end; ) {
      const step = others.length > 0 ? second : minute;
      time = Math.min(end, Math.floor(time / step + 1) * step, Math.max(time + 1, syncs.nextAt()));
      if (time % second === 0) await Promise.all(others.map((work) => work()));
      await drain();
    }
  };
  const follow = createFollowDeps({ ...deps, limiter: freeLimiter }, pass);
  let id = '';
  const read = () => findFollowedOrganization(table, projectId, id);
  const dueAt = async (): Promise<number> => {
    const [row] = await getAllRows(table, [followingKey(id)]);
    return row?.['due_at'] === undefined ? Number.POSITIVE_INFINITY : millisOf(row['due_at'] as Timestamp);
  };

  /** Follows, with every sync that is due. @returns when it is over */
  const followUntil = async (end: number, isOver: () => Promise<boolean>): Promise<number> => {
    for (;;) {
      await followOrganization(follow, { project_id: projectId, organization_id: id }, () => time < end);
      await drain();
      if (time >= end || (await isOver())) return time;
      await pass(Math.max(1, Math.min(end, await dueAt(), syncs.nextAt()) - time));
    }
  };

  return {
    google,
    microsoft,
    application,
    users,
    harness,
    answers,
    others,
    now,
    pass,
    read,
    connect: async (mailboxes_per_minute: number): Promise<void> => {
      const created = await createOrganization(deps, projectId, { ...request, mailboxes_per_minute });
      id = created?.organization.id ?? '';
    },
    /** Follows until all mailboxes are connected and every sync is done, for some time at most. @returns the time it took */
    runFor: async (mostMs: number): Promise<number> => {
      const since = time;
      const end = await followUntil(time + mostMs, async () => {
        const progress = (await read())?.following.progress;
        return progress?.waiting === 0 && progress.discovered > 0 && syncs.waiting() === 0;
      });
      return end - since;
    },
    /** Follows for some time. */
    followFor: async (ms: number): Promise<void> => {
      await followUntil(time + ms, () => Promise.resolve(false));
    },
    calendars: async (): Promise<CalendarWithSync[]> => {
      const all: CalendarWithSync[] = [];
      for (let cursor: PageCursor | null = null, isFirst = true; cursor || isFirst; isFirst = false) {
        const page = await listCalendars(table, projectId, { cursor, limit: 100 });
        all.push(...page.rows);
        cursor = page.next;
      }
      return all;
    },
    close: async () => {
      await Promise.all([google.close(), microsoft.close(), receiver.close()]);
      table.client.destroy();
    },
  };
}
