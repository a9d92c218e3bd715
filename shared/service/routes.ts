import { accountRoutes } from '../accounts/account-routes.api.ts';
import { botRuleRoutes } from '../bot-rules/bot-rule-routes.api.ts';
import { attendeeRoutes, botRoutes } from '../bots/bot-routes.api.ts';
import { calendarRoutes } from '../calendars/calendar-routes.api.ts';
import { connectPageRoutes, connectRoutes } from '../connect/connect-routes.api.ts';
import { docsRoutes } from '../docs-site/docs-routes.api.ts';
import { eventRoutes } from '../events/event-routes.api.ts';
import { oauthAppRoutes } from '../oauth-apps/oauth-app-routes.api.ts';
import { organizationRoutes } from '../organizations/organization-routes.api.ts';
import { googlePushRoutes, microsoftPushRoutes } from '../sync/push-routes.api.ts';
import { webhookRoutes } from '../webhooks/webhook-routes.api.ts';
import { serviceRoutes } from './service-routes.api.ts';

/** The routes of every function, in the order of the OpenAPI document. */
const functionRoutes = [
  serviceRoutes,
  calendarRoutes,
  accountRoutes,
  oauthAppRoutes,
  organizationRoutes,
  connectRoutes,
  eventRoutes,
  botRuleRoutes,
  botRoutes,
  webhookRoutes,
  googlePushRoutes,
  microsoftPushRoutes,
  attendeeRoutes,
  docsRoutes,
  connectPageRoutes,
] as const;

type Served = (typeof functionRoutes)[number];
type OperationsOf<Routes> = Routes extends Served ? keyof Routes['operations'] : never;

/** Name of the operation of every route. */
type Operation = OperationsOf<Served>;

/** Operations that clients call: all but those that providers and runners push to, and pages. */
export type PublicOperation = OperationsOf<Exclude<Served, { auth: 'push' | 'page' }>>;

/** Functions that serve a route. */
export type RouteFunction = Served['function'];

export type FunctionName =
  | RouteFunction
  | 'sync-calendar'
  | 'dispatch-due'
  | 'fan-out-notification'
  | 'deliver-webhook'
  | 'hand-off-bot'
  | 'decide-bots'
  | 'follow-accounts';

export interface Route {
  /** Method and path as API Gateway spells them in `event.routeKey`, e.g. `GET /api/v1/calendars/{id}`. */
  key: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  function: RouteFunction;
  operation: Operation;
  auth: Served['auth'];
  /** Query parameters that the operation knows. */
  query: readonly string[];
}

/** Routes of a function, whichever. */
interface ReadRoutes extends Pick<Served, 'function' | 'auth'> {
  operations: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, readonly string[]>>;
}

/**
 * All HTTP routes. The stack creates them, the OpenAPI document lists those that are public, and `api-service` finds out whether an
 * unknown request is 404 or 405.
 */
export const routes: readonly Route[] = functionRoutes.flatMap((served) => {
  const { function: name, auth, operations, query = {} }: ReadRoutes = served;
  return Object.entries(operations).map(([operation, key]) => {
    const [method, path] = key.split(' ') as [Route['method'], string];
    const known = query[operation] ?? [];
    return { key, method, path, function: name, operation: operation as Operation, auth, query: known };
  });
});

type PublicRoute = Route & { operation: PublicOperation };

/** Routes that clients call, which the OpenAPI document lists. */
export const publicRoutes: readonly PublicRoute[] = routes.filter(
  (route): route is PublicRoute => route.auth !== 'push' && route.auth !== 'page',
);
