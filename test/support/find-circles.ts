interface Edge {
  from: string;
  to: string;
}

/**
 * Groups of files that import each other in a circle (strongly connected components of more than one file, by Tarjan's
 * algorithm), each sorted by name.
 */
export function findCircles(edges: Edge[]): string[][] {
  const targets = Map.groupBy(edges, ({ from }) => from);
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];

  const visit = (file: string): number => {
    const index = order.size;
    order.set(file, index);
    lowest.set(file, index);
    stack.push(file);
    for (const { to } of targets.get(file) ?? []) {
      const reached = order.has(to) ? (stack.includes(to) ? (order.get(to) ?? index) : index) : visit(to);
      lowest.set(file, Math.min(lowest.get(file) ?? index, reached));
    }
    const low = lowest.get(file) ?? index;
    if (low === index) {
      const group = stack.splice(stack.indexOf(file));
      if (group.length > 1) circles.push(group.sort());
    }
    return low;
  };
  for (const { from } of edges) if (!order.has(from)) visit(from);
  return circles;
}
