import { defineRow } from '../store/row.ts';
import { storedWebhook } from './endpoint.ts';

export const webhookRow = defineRow('webhook', 1, storedWebhook);

export const webhookPrefix = 'WEBHOOK#';
export const webhookPartition = (projectId: string): string => `PROJECT#${projectId}`;
export const webhookKey = (projectId: string, id: string) => ({
  PK: webhookPartition(projectId),
  SK: `${webhookPrefix}${id}`,
});
