import { botRuleDocuments } from '../bot-rules/bot-rule-documents.api.ts';
import { botDocuments } from '../bots/bot-documents.api.ts';
import { calendarDocuments } from '../calendars/calendar-documents.api.ts';
import { eventDocuments } from '../events/event-documents.api.ts';
import { describeOperation } from '../http/describe-operation.ts';
import type { OperationDocument } from '../http/operation-document.ts';
import { pushDocuments } from '../sync/push-documents.api.ts';
import { webhookDocuments } from '../webhooks/webhook-documents.api.ts';
import { type Operation, routes } from './routes.ts';
import { serviceDocuments } from './service-documents.api.ts';

/** The documents of all capabilities. A capability that is missing here does not compile. */
const documents: Record<Operation, OperationDocument> = {
  ...serviceDocuments,
  ...calendarDocuments,
  ...eventDocuments,
  ...botRuleDocuments,
  ...botDocuments,
  ...webhookDocuments,
  ...pushDocuments,
};

/** The OpenAPI 3.1 document of the whole API, made from the routes and the schemas in use. */
export function openapiDocument(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const operation = describeOperation(route, documents[route.operation]);
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kalends',
      version,
      description: 'Sync of Google and Microsoft calendars. Compatible with the calendar and bot API of Attendee.',
    },
    security: [{ api_key: [] }],
    paths,
    components: {
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
