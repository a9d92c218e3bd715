import { createOpenapiValidator, type OpenapiDocument, type OpenapiValidator } from './openapi-validator.ts';

export interface ApiAnswer<Body> {
  status: number;
  headers: Headers;
  text: string;
  /** Undefined when the answer is empty. */
  body: Body;
}

export interface CallOptions {
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is, with the content type of JSON unless `headers` say another. */
  raw?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  /** null: no key. */
  apiKey?: string | null;
}

/**
 * A client that holds every answer against the OpenAPI document of the same API, and against what no answer may ever
 * contain.
 */
export async function createApiClient({ url, apiKey }: { url: string; apiKey: string }) {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as OpenapiDocument;
  const validator: OpenapiValidator = createOpenapiValidator(document);
  const secrets: string[] = [];

  const call = async <Body = Record<string, unknown>>(
    method: string,
    path: string,
    { json, raw, headers = {}, apiKey: key = apiKey }: CallOptions = {},
  ): Promise<ApiAnswer<Body>> => {
    const target = path.startsWith('http') ? path : `${url}${path}`;
    const body = raw ?? (json === undefined ? undefined : JSON.stringify(json));
    const response = await fetch(target, {
      method,
      headers: {
        ...(key !== null && { authorization: `Token ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const leaked = secrets.find((secret) => text.includes(secret));
    if (leaked) throw new Error(`${method} ${path} gave away a secret`);
    if (method !== 'HEAD') {
      const fault = validator.findFault({ method, path: new URL(target).pathname, status: response.status, text });
      if (fault) throw new Error(fault);
    }
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (text === '' ? undefined : JSON.parse(text)) as Body,
    };
  };

  return {
    url,
    document,
    validator,
    call,
    /** Texts that must be in no answer from now on. */
    forbid: (...texts: string[]) => secrets.push(...texts),
  };
}

export type ApiClient = Awaited<ReturnType<typeof createApiClient>>;
