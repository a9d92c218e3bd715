import { accountComponents, accountDocuments } from '../accounts/account-documents.api.ts';
import { botRuleComponents, botRuleDocuments } from '../bot-rules/bot-rule-documents.api.ts';
import { botComponents } from '../bots/bot-components.api.ts';
import { botDocuments } from '../bots/bot-documents.api.ts';
import { calendarComponents, calendarDocuments } from '../calendars/calendar-documents.api.ts';
import { connectComponents, connectDocuments } from '../connect/connect-documents.api.ts';
import { contentPolicyComponents } from '../content-policy/content-policy-components.api.ts';
import { eventComponents } from '../events/event-components.api.ts';
import { eventDocuments } from '../events/event-documents.api.ts';
import { freeBusyComponents } from '../free-busy/free-busy-components.api.ts';
import { describeErrors, describeOperation, sharedParameters } from '../http/describe-operation.ts';
import { createSchemaWriter } from '../http/describe-schemas.ts';
import { errorComponents } from '../http/error-responses.ts';
import type { OperationDocument } from '../http/operation-document.ts';
import { responseHeaders } from '../http/response-headers.ts';
import { oauthAppComponents, oauthAppDocuments } from '../oauth-apps/oauth-app-documents.api.ts';
import { organizationComponents, organizationDocuments } from '../organizations/organization-documents.api.ts';
import { syncComponents } from '../sync/sync-components.api.ts';
import { describeWebhooks, payloadComponents } from '../webhooks/payload-documents.api.ts';
import { webhookComponents } from '../webhooks/webhook-components.api.ts';
import { webhookDocuments } from '../webhooks/webhook-documents.api.ts';
import { type PublicOperation, publicRoutes } from './routes.ts';
import { serviceComponents, serviceDocuments } from './service-documents.api.ts';

/** The documents of all capabilities. A capability that is missing here does not compile. */
export const operationDocuments: Record<PublicOperation, OperationDocument> = {
  ...serviceDocuments,
  ...calendarDocuments,
  ...accountDocuments,
  ...oauthAppDocuments,
  ...organizationDocuments,
  ...connectDocuments,
  ...eventDocuments,
  ...botRuleDocuments,
  ...botDocuments,
  ...webhookDocuments,
};

const components = [
  ...calendarComponents,
  ...accountComponents,
  ...oauthAppComponents,
  ...organizationComponents,
  ...connectComponents,
  ...contentPolicyComponents,
  ...freeBusyComponents,
  ...syncComponents,
  ...eventComponents,
  ...botComponents,
  ...botRuleComponents,
  ...webhookComponents,
  ...payloadComponents,
  ...serviceComponents,
  ...errorComponents,
];

/** The capabilities, in the order in which a reader needs them. */
const tags = [
  { name: 'Calendars', description: 'Calendars of users at Google and Microsoft, with their credentials.' },
  { name: 'Accounts', description: 'Consents of users, whose calendars share their credentials.' },
  { name: 'Connect', description: 'Your OAuth apps, and pages on which users connect their calendars.' },
  { name: 'Calendar events', description: 'The events of all calendars, as they are at the providers.' },
  { name: 'Freshness', description: 'The change feed, sync runs, and the health of calendars.' },
  { name: 'Bots', description: 'Bots that join meetings, and stay on time when meetings move.' },
  { name: 'Bot rules', description: 'Rules that give events a bot automatically.' },
  { name: 'Webhooks', description: 'Your endpoints, and the deliveries to them.' },
  { name: 'Service', description: 'The service itself.' },
];

const description = `Calendar sync of Google and Microsoft, deployed into your own AWS account.

Every request needs the header \`Authorization: Token <key>\`, except those under Service. The API is compatible with the
calendar and bot API of Attendee; what it has besides only adds to it. Answers may get further properties in later versions.

Query parameters that an operation does not know are ignored, and named in the header \`X-Ignored-Parameters\`. With
\`Prefer: handling=strict\` they are refused.

Lists have \`next\` and \`previous\`, absolute URLs of the neighbouring pages. Errors have three shapes: \`detail\` for the
protocol, \`error\` for look-ups and query parameters, and texts by field for validation.`;

/**
 * The OpenAPI 3.1 document of the public API, made from the routes and the schemas in use.
 *
 * @param url address of the deployment that the document describes
 */
export function openapiDocument({ version, url }: { version: string; url: string }): object {
  const writer = createSchemaWriter(components);
  const paths: Record<string, Record<string, object>> = {};
  for (const route of publicRoutes) {
    const operation = describeOperation(route, operationDocuments[route.operation], writer);
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kalends',
      version,
      summary: 'Calendar sync and meeting bots',
      description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url, description: 'This deployment' }],
    security: [{ api_key: [] }],
    tags,
    paths,
    webhooks: describeWebhooks(writer),
    components: {
      schemas: writer.schemas,
      responses: describeErrors(writer),
      parameters: sharedParameters,
      headers: responseHeaders,
      securitySchemes: {
        api_key: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: 'The word `Token`, a space and an API key of the project',
        },
      },
    },
  };
}
