import type { ApiRequest, ApiResponse } from './api-request.ts';

/** The HTTP method and path of a route, as API Gateway spells them in `event.routeKey`. */
type RouteKey = `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`;

/** The routes that one function serves. A capability declares them once; its documents and handlers follow from them. */
export interface FunctionRoutes {
  /** Folder in `functions/`. */
  function: string;
  /**
   * `api_key`: needs `Authorization: Token <key>`. `none`: open. `push`: providers and runners send to it, and each request
   * is verified by what they were given; clients never call it, so the OpenAPI document leaves it out. `page`: open, a page
   * for people, which the document leaves out, too.
   */
  auth: 'api_key' | 'none' | 'push' | 'page';
  /** Route keys by operation. An operation's name is its `operationId` in the OpenAPI document. */
  operations: Readonly<Record<string, RouteKey>>;
  /** Query parameters by operation. Others are ignored, and named in `X-Ignored-Parameters`. */
  query?: Readonly<Record<string, readonly string[]>>;
}

/** Names of the operations of one function's routes, or of several. */
export type OperationOf<Routes extends FunctionRoutes> = Routes extends FunctionRoutes
  ? keyof Routes['operations'] & string
  : never;

/** A handler for exactly every operation of a function's routes. */
export type Operations<Routes extends FunctionRoutes> = Readonly<
  Record<OperationOf<Routes>, (request: ApiRequest) => Promise<ApiResponse>>
>;
