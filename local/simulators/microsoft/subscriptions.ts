import { randomUUID } from 'node:crypto';
import { showId } from './event-ids.ts';
import { graphError } from './graph-error.ts';
import type { NotificationOutbox } from './notification-outbox.ts';
import { parseObject, parseSubscription, readExpiry, type SubscriptionWish } from './parse-subscription.ts';
import type { MicrosoftAccount, SimulatorState } from './simulator-state.ts';

export type Subscription = SubscriptionWish & {
  id: string;
  account: string;
  oid: string;
  tenantId: string;
  clientId: string;
  /** The create call preferred immutable ids, so notifications carry them. */
  immutableIds: boolean;
};

export type ChangeType = 'created' | 'updated' | 'deleted';
export type LifecycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed';

export type Subscriptions = {
  all: Map<string, Subscription>;
  create(account: MicrosoftAccount, body: string, immutableIds: boolean): Promise<Record<string, unknown>>;
  list(account: MicrosoftAccount): Record<string, unknown>;
  get(account: MicrosoftAccount, id: string): Record<string, unknown>;
  renew(account: MicrosoftAccount, id: string, body: string): Record<string, unknown>;
  reauthorize(account: MicrosoftAccount, id: string): void;
  remove(account: MicrosoftAccount, id: string): void;
  /** Announces a change to the calendar's live subscriptions that ask for its kind. */
  notify(calendarId: string, eventId: string, changeType: ChangeType): void;
  /** Sends a lifecycle notification, if the subscription has an address for it; `subscriptionRemoved` also removes it. */
  sendLifecycle(id: string, event: LifecycleEvent): void;
};

function present(subscription: Subscription, withClientState: boolean): Record<string, unknown> {
  const { id, resource, clientId, changeType, clientState, notificationUrl, lifecycleNotificationUrl } = subscription;
  return {
    '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#subscriptions/$entity',
    id,
    resource,
    applicationId: clientId,
    changeType,
    clientState: withClientState ? (clientState ?? null) : null,
    notificationUrl,
    lifecycleNotificationUrl: lifecycleNotificationUrl ?? null,
    expirationDateTime: new Date(subscription.expiresMs).toISOString(),
    creatorId: subscription.oid,
    latestSupportedTlsVersion: 'v1_2',
    includeResourceData: null,
  };
}

/**
 * Subscriptions to events. `validate` performs the handshake with an address and throws when that fails; expiry
 * follows the simulator's clock.
 */
export function createSubscriptions(
  state: SimulatorState,
  outbox: NotificationOutbox,
  validate: (address: string) => Promise<void>,
): Subscriptions {
  const all = new Map<string, Subscription>();

  const livingOf = (account: MicrosoftAccount): Subscription[] => {
    for (const one of all.values()) if (one.expiresMs <= state.now()) all.delete(one.id);
    return [...all.values()].filter((one) => one.account === account.email && one.clientId === account.clientId);
  };

  const find = (account: MicrosoftAccount, id: string): Subscription => {
    const subscription = livingOf(account).find((one) => one.id === id);
    if (subscription === undefined) throw graphError(404, 'ResourceNotFound', 'The object was not found.');
    return subscription;
  };

  const envelope = (subscription: Subscription) => {
    const { id, expiresMs, clientState, tenantId } = subscription;
    return {
      subscriptionId: id,
      subscriptionExpirationDateTime: new Date(expiresMs).toISOString(),
      ...(clientState === undefined ? {} : { clientState: state.switches.wrongClientState ? 'forged' : clientState }),
      tenantId,
    };
  };

  const announce = (subscription: Subscription, eventId: string, changeType: ChangeType) => {
    const { loseNotifications: lost } = state.switches;
    if (lost === true || (typeof lost === 'number' && state.random() < lost)) return;
    const id = showId(eventId, subscription.immutableIds);
    const resource = `Users/${subscription.oid}/Events/${id}`;
    const resourceData = { '@odata.type': '#Microsoft.Graph.Event', '@odata.id': resource, '@odata.etag': 'W/"1"', id };
    const item = { ...envelope(subscription), id: randomUUID(), changeType, resource, resourceData };
    outbox.add(subscription.notificationUrl, item);
  };

  return {
    all,
    async create(account, body, immutableIds) {
      const wish = parseSubscription(state, account, body);
      const isSame = (one: Subscription) =>
        one.resource.replace(/^\//, '') === wish.resource.replace(/^\//, '') &&
        one.notificationUrl === wish.notificationUrl;
      if (state.switches.refuseDuplicates && livingOf(account).some(isSame)) {
        throw graphError(409, 'Conflict', 'A subscription to this resource exists already.');
      }
      await validate(wish.notificationUrl);
      if (wish.lifecycleNotificationUrl !== undefined) await validate(wish.lifecycleNotificationUrl);
      const { email, oid, tenantId, clientId } = account;
      const subscription = { ...wish, id: randomUUID(), account: email, oid, tenantId, clientId, immutableIds };
      all.set(subscription.id, subscription);
      return present(subscription, true);
    },
    list: (account) => ({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#subscriptions',
      value: livingOf(account).map((subscription) => present(subscription, false)),
    }),
    get: (account, id) => present(find(account, id), false),
    renew(account, id, body) {
      const subscription = find(account, id);
      const { expirationDateTime, ...others } = parseObject(body);
      // Above all lifecycleNotificationUrl, which can be set at creation only.
      const refused = Object.keys(others)[0];
      if (refused !== undefined) {
        throw graphError(400, 'InvalidRequest', `The property '${refused}' cannot be changed.`);
      }
      subscription.expiresMs = readExpiry(state, expirationDateTime, 'Update');
      return present(subscription, false);
    },
    reauthorize: (account, id) => void find(account, id),
    remove: (account, id) => void all.delete(find(account, id).id),
    notify(calendarId, eventId, changeType) {
      const types = [changeType, ...Array.from({ length: state.switches.extraUpdates }, () => 'updated' as const)];
      for (const subscription of all.values()) {
        if (subscription.calendarId !== calendarId || subscription.expiresMs <= state.now()) continue;
        for (const type of types.filter((one) => subscription.changeTypes.has(one))) {
          const copies = 1 + state.switches.duplicateNotifications;
          for (let copy = 0; copy < copies; copy++) announce(subscription, eventId, type);
        }
      }
    },
    sendLifecycle(id, lifecycleEvent) {
      const subscription = all.get(id);
      if (subscription === undefined) throw new Error(`No subscription ${id} in the simulator.`);
      if (lifecycleEvent === 'subscriptionRemoved') all.delete(id);
      const { lifecycleNotificationUrl, resource } = subscription;
      if (lifecycleNotificationUrl === undefined) return;
      outbox.add(lifecycleNotificationUrl, { ...envelope(subscription), resource, lifecycleEvent });
    },
  };
}
