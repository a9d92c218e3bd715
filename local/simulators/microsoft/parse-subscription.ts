import { findEvents, ownMailbox } from './calendar-endpoints.ts';
import { graphError } from './graph-error.ts';
import type { MicrosoftAccount, SimulatorState } from './simulator-state.ts';

const MINUTE_MS = 60_000;
/** Longest life of a subscription to events; older texts still say 4,230. */
const MAX_MINUTES = 10_080;
const MIN_MINUTES = 45;
const CHANGE_TYPES = new Set(['created', 'updated', 'deleted']);

export type SubscriptionWish = {
  changeTypes: Set<string>;
  changeType: string;
  notificationUrl: string;
  lifecycleNotificationUrl: string | undefined;
  resource: string;
  calendarId: string;
  clientState: string | undefined;
  expiresMs: number;
};

function refuse(message: string, code = 'InvalidRequest'): never {
  throw graphError(400, code, message);
}

/** A JSON object, or 400. */
export function parseObject(body: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return refuse('Unable to read JSON request payload.', 'BadRequest');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return refuse('Unable to read JSON request payload.', 'BadRequest');
  }
  return parsed as Record<string, unknown>;
}

/** Accepts https, and plain http on loopback only. The provider accepts https only; tests and the local stack need http. */
function readAddress(value: unknown, name: string): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url?.hostname ?? '');
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback)) return url.href;
  return refuse(`The ${name} must be an absolute https address.`);
}

/** The calendar a resource string stands for; the mailbox-wide strings mean the default calendar, as in the field. */
function readResource(state: SimulatorState, account: MicrosoftAccount, value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  const path = /^\/?(me|users\/(?<user>[^/]+))(\/calendar|\/calendars\/(?<calendar>[^/]+))?\/events$/i.exec(text);
  if (path === null) return refuse(`The resource '${text}' is not supported.`, 'ExtensionError');
  const user = path.groups?.user;
  if (user !== undefined && user !== account.oid && user.toLowerCase() !== account.email.toLowerCase()) {
    throw graphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
  }
  const calendar = findEvents(state, account, ownMailbox(state, account), path.groups?.calendar);
  if (calendar.shared || calendar.account !== account.email)
    throw graphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
  return calendar.id;
}

/**
 * When a subscription ends, in ms: at most 10,080 minutes ahead (400 beyond), at least 45 minutes, and no later than the
 * switch `shortSubscriptionMs` allows.
 */
export function readExpiry(state: SimulatorState, value: unknown, operation: 'Create' | 'Update'): number {
  const now = state.now();
  const asked = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  const fail = (reason: string) =>
    refuse(`Operation: ${operation}; Exception: [Status Code: BadRequest; Reason: ${reason}]`, 'ExtensionError');
  if (Number.isNaN(asked)) return refuse('expirationDateTime is a required property for subscriptions.');
  if (asked <= now) return fail('Subscription expiration must be in the future.');
  if (asked > now + MAX_MINUTES * MINUTE_MS) {
    return fail(`Subscription expiration can only be ${MAX_MINUTES} minutes in the future.`);
  }
  const { shortSubscriptionMs = Infinity } = state.switches;
  return Math.min(Math.max(asked, now + MIN_MINUTES * MINUTE_MS), now + shortSubscriptionMs);
}

/** Reads the body of `POST /subscriptions`. Throws 400, 403 and 404. */
export function parseSubscription(state: SimulatorState, account: MicrosoftAccount, body: string): SubscriptionWish {
  const wish = parseObject(body);
  const changeType = typeof wish.changeType === 'string' ? wish.changeType : '';
  const changeTypes = new Set(changeType.split(',').map((type) => type.trim().toLowerCase()));
  if ([...changeTypes].some((type) => !CHANGE_TYPES.has(type))) refuse(`The changeType '${changeType}' is not valid.`);
  const { clientState } = wish;
  if (clientState !== undefined && (typeof clientState !== 'string' || clientState.length > 128)) {
    return refuse('clientState must be a string of at most 128 characters.');
  }
  const lifecycle = wish.lifecycleNotificationUrl;
  return {
    changeType,
    changeTypes,
    notificationUrl: readAddress(wish.notificationUrl, 'notificationUrl'),
    lifecycleNotificationUrl:
      lifecycle === undefined || lifecycle === null ? undefined : readAddress(lifecycle, 'lifecycleNotificationUrl'),
    resource: String(wish.resource),
    calendarId: readResource(state, account, wish.resource),
    clientState,
    expiresMs: readExpiry(state, wish.expirationDateTime, 'Create'),
  };
}
