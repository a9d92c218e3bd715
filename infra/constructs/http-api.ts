import { HttpApi as GatewayApi, HttpMethod, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { routes } from '../../shared/http/routes.ts';

export type RouteFunction = (typeof routes)[number]['function'];

/** The public API: one explicit route per operation; everything else goes to `api-service`, which says 404 or 405. */
export class HttpApi extends Construct {
  readonly api: GatewayApi;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.api = new GatewayApi(this, 'Api', { description: 'Kalends API and provider push' });
  }

  get url(): string {
    return this.api.apiEndpoint;
  }

  serve(functions: Record<RouteFunction, IFunction>): void {
    const integrations = new Map<RouteFunction, HttpLambdaIntegration>();
    const integrationOf = (name: RouteFunction): HttpLambdaIntegration => {
      const integration = integrations.get(name) ?? new HttpLambdaIntegration(name, functions[name]);
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
