import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type Route, type RouteFunction, routes } from '../../shared/service/routes.ts';
import type { Settings } from '../config.ts';
import type { Alarms } from './alarms.ts';
import { fixLogicalId } from './fix-logical-id.ts';
import type { KalendsFunction } from './kalends-function.ts';
import { metricPeriod } from './metric-period.ts';

/**
 * Limits of requests per second, and at once, for the whole API. Without them the API could use up the account's limits,
 * which its other APIs share. They are far above what a project may POST: a provider does not repeat a push that got 429.
 */
const throttle = { rateLimit: 2000, burstLimit: 4000 };

/**
 * Limits of each route, by its class. A flood of requests without a key, or with a wrong one, is refused far below what
 * the API takes as a whole, so pushes of providers keep their share.
 */
const routeThrottles = {
  /** Routes that anyone may call and that do no work for a project. */
  public: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
  /** Routes with an API key. A project may use some 500 reads a second (docs/api-compatibility.md#limits). */
  keyed: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 },
  /** Pushes of providers and runners: a provider does not repeat a push that got 429. */
  push: { ThrottlingRateLimit: 2000, ThrottlingBurstLimit: 4000 },
};

const classes: Record<Route['auth'], keyof typeof routeThrottles> = {
  api_key: 'keyed',
  none: 'public',
  page: 'public',
  push: 'push',
};

/** One line per request. It has the route, never path, query or headers: those may hold an id, cursor, key or token. */
const accessLogFields = {
  request_id: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  response_bytes: '$context.responseLength',
  latency_ms: '$context.responseLatency',
  function_latency_ms: '$context.integrationLatency',
  function_status: '$context.integrationStatus',
  error: '$context.integrationErrorMessage',
  source_ip: '$context.identity.sourceIp',
  user_agent: '$context.identity.userAgent',
};

/** The public HTTP API: one explicit route per operation. All other requests go to `api-service`, which answers 404 or 405. */
export class HttpGateway extends Construct {
  readonly api: HttpApi;
  /** Address at which clients and providers reach the API, without a trailing slash. */
  readonly url: string;
  readonly #stage: HttpStage;

  constructor(scope: Construct, id: string, { settings, alarms }: { settings: Settings; alarms: Alarms }) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      description: 'Kalends API and provider push',
      createDefaultStage: false,
    });
    this.url = settings.publicUrl ?? this.api.apiEndpoint;
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    fixLogicalId(accessLog, 'AccessLog');
    this.#stage = new HttpStage(this.api, 'DefaultStage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    });
    alarms.add('api-server-errors', {
      errorImpact:
        'Your application gets 5xx answers, or pushes of providers and runners fail and changes are noticed late.',
      metric: this.api.metricServerError({ period: metricPeriod }),
      above: 4,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'The functions check API keys themselves, by one read, and answer in the shapes of the contract; pushes are ' +
        'verified by the signature in them, and health and the OpenAPI document are public.',
    });
  }

  /** Creates every route of `shared/service/routes.ts`. */
  serve(functions: Record<RouteFunction, KalendsFunction>): void {
    const integrations = new Map<RouteFunction, HttpLambdaIntegration>();
    const integrationOf = (name: RouteFunction): HttpLambdaIntegration => {
      const integration = integrations.get(name) ?? new HttpLambdaIntegration(name, functions[name].lambda);
      integrations.set(name, integration);
      return integration;
    };
    for (const { method, path, operation, function: name, auth } of routes) {
      const serve = (id: string, served: HttpMethod): void => {
        const routeKey = HttpRouteKey.with(path, served);
        const route = new HttpRoute(this, id, { httpApi: this.api, routeKey, integration: integrationOf(name) });
        this.#throttle(routeKey.key, route, classes[auth]);
      };
      serve(operation, HttpMethod[method]);
      // API Gateway does not serve a HEAD by the route of the GET.
      if (method === 'GET') serve(`${operation}Head`, HttpMethod.HEAD);
    }
    const unknown = new HttpRoute(this, 'unknownRoute', {
      httpApi: this.api,
      routeKey: HttpRouteKey.DEFAULT,
      integration: integrationOf('api-service'),
    });
    this.#throttle('$default', unknown, 'public');
  }

  /** API Gateway refuses the limit of a route that does not exist yet. */
  #throttle(key: string, route: HttpRoute, kind: keyof typeof routeThrottles): void {
    const stage = this.#stage.node.defaultChild as CfnStage;
    stage.routeSettings = { ...(stage.routeSettings as object | undefined), [key]: routeThrottles[kind] };
    this.#stage.node.addDependency(route);
  }
}
