/**
 * Builds a lookup from a host name to the rows that name it, in table order. `zoom.us` in a row is that host alone,
 * `.zoom.us` that host and its subdomains; `evilzoom.us` and `zoom.us.evil.com` are neither.
 */
export function indexByHost<Row extends { readonly hosts: readonly string[] }>(
  rows: readonly Row[],
): (host: string) => readonly Row[] {
  const rowsByPattern = Map.groupBy(
    rows.flatMap((row) => row.hosts.map((pattern) => ({ pattern, row }))),
    ({ pattern }) => pattern,
  );

  return (host) => {
    const dotted = `.${host}`;
    const found = [...(rowsByPattern.get(host) ?? [])];
    for (let dot = 0; dot !== -1; dot = dotted.indexOf('.', dot + 1)) {
      found.push(...(rowsByPattern.get(dotted.slice(dot)) ?? []));
    }
    return found.map(({ row }) => row);
  };
}
