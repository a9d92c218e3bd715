/** One request as it was answered; `status` is 0 while it is open and when the connection was dropped. */
export type RecordedRequest<Kind extends string> = {
  at: number;
  method: string;
  path: string;
  query: Record<string, string>;
  /** What the request was for. */
  kind: Kind;
  /** 1 for the first page of a listing. */
  page: number;
  account: string | undefined;
  calendarId: string | undefined;
  status: number;
};

type RequestFilter = Partial<Pick<RecordedRequest<string>, 'account' | 'calendarId' | 'status' | 'page'>>;

/** The demo runs for days: only the latest requests are kept. */
const MAX_REQUESTS = 100_000;

export type RequestLog<Kind extends string> = {
  entries: RecordedRequest<Kind>[];
  add(request: RecordedRequest<Kind>): void;
  count(kind: Kind, filter?: RequestFilter): number;
};

/** Records the provider calls a client made, for tests that count them. */
export function createRequestLog<Kind extends string>(): RequestLog<Kind> {
  const entries: RecordedRequest<Kind>[] = [];
  return {
    entries,
    add(request) {
      entries.push(request);
      if (entries.length > MAX_REQUESTS) entries.splice(0, MAX_REQUESTS / 10);
    },
    count(kind, filter = {}) {
      const wanted = Object.entries(filter);
      return entries.filter(
        (entry) =>
          entry.kind === kind && wanted.every(([field, value]) => entry[field as keyof typeof entry] === value),
      ).length;
    },
  };
}
