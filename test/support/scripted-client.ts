import { createKalends } from '../../clients/typescript/src/index.ts';

interface Sent {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** A TypeScript client whose requests get these answers, one after the other. */
export function clientOf(...answers: (Response | Error)[]) {
  const sent: Sent[] = [];
  const kalends = createKalends({
    url: 'https://kalends.example/',
    apiKey: 'key',
    fetch: async (url, init) => {
      const { method = 'GET', headers, body } = init ?? {};
      sent.push({
        url: url instanceof Request ? url.url : url.toString(),
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
