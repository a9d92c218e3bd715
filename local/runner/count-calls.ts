import { subscribe } from 'node:diagnostics_channel';

/**
 * Calls `onAnswer` when the answer to an outgoing HTTP call arrives, before the code that made the call receives it.
 * Covers node:http and node:https (the AWS SDK) and undici (fetch); both publish synchronously.
 */
export const countCalls = (onAnswer: () => void): void => {
  subscribe('http.client.response.finish', onAnswer);
  subscribe('undici:request:headers', onAnswer);
};
