import { expect } from 'vitest';
import { type RawAnswer, sendRaw } from './raw-request.ts';
import { useApiClient, useStack } from './use-stack.ts';

export const v1 = '/api/v1';
export const megabyte = 1_000_000;

/** The running stack, with ways to send what no decent client sends. */
export function useHostileClient() {
  const logged: string[] = [];
  const stack = useStack({ log: (source, line) => logged.push(`${source}: ${line}`) });
  const api = useApiClient(stack);
  const authorization = (): string => `Authorization: Token ${stack.local.apiKey}`;
  /** @param lines request line and headers but for `Host` and `Content-Length` */
  const send = (lines: string[], body?: Uint8Array | string): Promise<RawAnswer> => {
    const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
    return sendRaw(stack.local.url, [...lines, 'Host: %HOST%', ...length].join('\r\n'), body);
  };
  return {
    stack,
    api,
    authorization,
    send,
    sendJson: (method: string, path: string, body: Uint8Array | string) =>
      send([`${method} ${path} HTTP/1.1`, authorization(), 'Content-Type: application/json'], body),
    /** No function has failed, and no log contains the API key. */
    expectUnharmed: async (): Promise<void> => {
      const { functions } = await stack.local.state();
      const failing = Object.entries(functions).filter(([, { failures, crashes }]) => failures + crashes > 0);
      expect(failing).toEqual([]);
      expect(logged.length).toBeGreaterThan(0);
      expect(logged.filter((line) => line.includes('unexpected error'))).toEqual([]);
      expect(logged.filter((line) => line.includes(stack.local.apiKey))).toEqual([]);
    },
  };
}
