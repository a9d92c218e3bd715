/** What a request was for. `list` is a full listing, `delta` one with a sync token; each page is a request. */
export type RequestKind =
  | 'token'
  | 'list'
  | 'delta'
  | 'event'
  | 'instances'
  | 'calendar'
  | 'calendarList'
  | 'watch'
  | 'stop'
  | 'unknown';

/** One request as it was answered; `status` is 0 while it is open and when the connection was dropped. */
export type RecordedRequest = {
  at: number;
  method: string;
  path: string;
  query: Record<string, string>;
  kind: RequestKind;
  /** 1 for the first page of a listing. */
  page: number;
  account: string | undefined;
  calendarId: string | undefined;
  status: number;
};

type RequestFilter = Partial<Pick<RecordedRequest, 'account' | 'calendarId' | 'status' | 'page'>>;

/** The demo runs for days: only the latest requests are kept. */
const MAX_REQUESTS = 100_000;

export type RequestLog = {
  entries: RecordedRequest[];
  add(request: RecordedRequest): void;
  count(kind: RequestKind, filter?: RequestFilter): number;
};

/** Records the provider calls a client made, for tests that count them. */
export function createRequestLog(): RequestLog {
  const entries: RecordedRequest[] = [];
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
          entry.kind === kind && wanted.every(([field, value]) => entry[field as keyof RecordedRequest] === value),
      ).length;
    },
  };
}
