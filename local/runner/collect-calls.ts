/** Entries that one request to SQS takes, and bytes of them together: far below the limit of a request. */
const mostEntries = 10;
const mostBytes = 200_000;

/**
 * Collects the calls of the next moments, so that one request serves ten of them: a burst of messages would otherwise spend
 * most of this process's time on requests.
 *
 * @param send sends entries in one request, and throws when it refused any
 * @param sizeOf bytes of an entry; entries together have few hundred thousand
 * @returns a function that resolves when its entry was sent
 */
export const collectCalls = <Entry>(
  send: (entries: Entry[]) => Promise<void>,
  sizeOf: (entry: Entry) => number = () => 0,
): ((entry: Entry) => Promise<void>) => {
  let gathered: { entries: Entry[]; bytes: number; sent: Promise<void> } | undefined;

  return (entry) => {
    const bytes = sizeOf(entry);
    if (gathered && gathered.entries.length < mostEntries && gathered.bytes + bytes <= mostBytes) {
      gathered.entries.push(entry);
      gathered.bytes += bytes;
      return gathered.sent;
    }
    const own = { entries: [entry], bytes, sent: Promise.resolve() };
    gathered = own;
    own.sent = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      if (gathered === own) gathered = undefined;
      return send(own.entries);
    });
    return own.sent;
  };
};
