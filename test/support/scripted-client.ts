import { createKalends } from '../../clients/typescript/src/index.ts';

interface Sent {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** A TypeScript client whose requests get these answers, one after the other. */
export const clientOf = (...answers: (Response | Error)[]) => clientAt('https://kalends.example/', ...answers);

/** The same, of a Kalends at another address. */
export function clientAt(url: string, ...answers: (Response | Error)[]) {
  const sent: Sent[] = [];
  const kalends = createKalends({
    url,
    apiKey: 'key',
    fetch: async (address, init) => {
      const { method = 'GET', headers, body } = init ?? {};
      sent.push({
        url: address instanceof Request ? address.url : address.toString(),
        method,
        headers: headers as Record<string, string>,
        body: body as string | undefined,
      });
      const answer = answers[sent.length - 1] ?? Response.json({ unexpected: true }, { status: 418 });
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  return { kalends, sent };
}

/** A refusal that a client repeats at once, where it repeats it. */
export const refusal = (status: number, body: object = {}, headers: Record<string, string> = {}): Response =>
  Response.json(body, { status, headers: { 'retry-after': '0', ...headers } });
