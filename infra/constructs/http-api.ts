import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi as GatewayApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type RouteFunction, routes } from '../../shared/service/routes.ts';
import type { KalendsFunction } from './kalends-function.ts';

/**
 * Requests per second, and at once, for the whole API. Without limits of its own it could use up those of the account's
 * other APIs. They are far above what a project may POST, because a provider does not repeat a push that got 429.
 */
const throttle = { rateLimit: 2000, burstLimit: 4000 };

/** A line per request: the route, never path, query or headers, so no id, cursor, key or token. */
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

/** The public API: one explicit route per operation; everything else goes to `api-service`, which says 404 or 405. */
export class HttpApi extends Construct {
  readonly api: GatewayApi;

  constructor(scope: Construct, id: string, { logRetention }: { logRetention: RetentionDays }) {
    super(scope, id);
    this.api = new GatewayApi(this, 'Api', {
      description: 'Kalends API and provider push',
      createDefaultStage: false,
    });
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this.api, 'DefaultStage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'The functions check API keys themselves, by one read, and answer in the shapes of the contract; pushes are ' +
        'verified by the signature in them, and health and the OpenAPI document are public.',
    });
  }

  get url(): string {
    return this.api.apiEndpoint;
  }

  serve(functions: Record<RouteFunction, KalendsFunction>): void {
    const integrations = new Map<RouteFunction, HttpLambdaIntegration>();
    const integrationOf = (name: RouteFunction): HttpLambdaIntegration => {
      const integration = integrations.get(name) ?? new HttpLambdaIntegration(name, functions[name].lambda);
      integrations.set(name, integration);
      return integration;
    };
    for (const { method, path, operation, function: name } of routes) {
      new HttpRoute(this, operation, {
        httpApi: this.api,
        routeKey: HttpRouteKey.with(path, HttpMethod[method]),
        integration: integrationOf(name),
      });
    }
    new HttpRoute(this, 'unknownRoute', {
      httpApi: this.api,
      routeKey: HttpRouteKey.DEFAULT,
      integration: integrationOf('api-service'),
    });
  }
}
