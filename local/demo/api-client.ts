/** The REST API as a customer's program calls it. Each call resolves with the JSON of the answer. */
export interface ApiClient {
  get: (path: string, query?: Record<string, string>) => Promise<unknown>;
  post: (path: string, body: Record<string, unknown>) => Promise<unknown>;
  patch: (path: string, body: Record<string, unknown>) => Promise<unknown>;
  delete: (path: string) => Promise<unknown>;
}

/**
 * @param url address of the stack, without `/api/v1`
 * @returns a client whose calls resolve with the answer's JSON (undefined when it is empty) and reject with the answer's
 *   text when its status is not 2xx
 */
export function createApiClient(url: string, apiKey: string): ApiClient {
  const authorization = `Token ${apiKey}`;
  const call = async (path: string, init: RequestInit): Promise<unknown> => {
    const answer = await fetch(`${url}/api/v1${path}`, init);
    if (!answer.ok) throw new Error(`${init.method} ${path}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return text === '' ? undefined : JSON.parse(text);
  };
  const send = (method: 'POST' | 'PATCH', path: string, body: Record<string, unknown>): Promise<unknown> =>
    call(path, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  return {
    get: (path, query = {}) =>
      call(`${path}?${new URLSearchParams(query).toString()}`, { method: 'GET', headers: { authorization } }),
    post: (path, body) => send('POST', path, body),
    patch: (path, body) => send('PATCH', path, body),
    delete: (path) => call(path, { method: 'DELETE', headers: { authorization } }),
  };
}
