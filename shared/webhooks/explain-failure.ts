import type { WebhookAnswer } from './post-webhook.ts';

/**
 * What the log of a delivery says went wrong, beside the status: the code of an error, explained where only a
 * programmer of Node.js knows it, or where a redirect leads. Null when the status says all.
 */
export function explainFailure({
  status,
  error,
  reason,
  location,
}: Omit<WebhookAnswer, 'durationMs' | 'text'>): string | null {
  if (error?.startsWith('HPE_')) return `${error}: the answer is not valid HTTP${reason ? `: ${reason}` : ''}`;
  if (status !== null && status >= 300 && status < 400 && location !== undefined) {
    return `REDIRECT: redirects are not followed; Location: ${location.slice(0, 500)}`;
  }
  return error;
}
