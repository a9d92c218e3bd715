/**
 * Builds a lookup from a host to its rows, in the order of the table. `zoom.us` in a row is that host alone, `.zoom.us`
 * that host and its subdomains; neither matches `evilzoom.us` or `zoom.us.evil.com`.
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
