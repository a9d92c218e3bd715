import { subscribe } from 'node:diagnostics_channel';

/**
 * Calls `onAnswer` in the moment the answer of an outgoing HTTP call has arrived and before the code that made the
 * call sees it. Covers node:http and node:https (the AWS SDK) and undici (fetch); both publish synchronously.
 */
export const countCalls = (onAnswer: () => void): void => {
  subscribe('http.client.response.finish', onAnswer);
  subscribe('undici:request:headers', onAnswer);
};
