import type { Trace } from './follow-changes.ts';
import { formatDuration } from './format-duration.ts';
import { percentile } from './percentile.ts';

/** Formats the last line: the number of changes, and how fast they arrived. @param missing changes that did not arrive */
export function showSummary(traces: readonly Trace[], missing: number, elapsedMs: number): string {
  const count = traces.length + missing;
  const head = `${count} ${count === 1 ? 'change' : 'changes'} in ${formatDuration(elapsedMs)}`;
  if (traces.length === 0) return missing === 0 ? `${head}.` : `${head}, none arrived.`;
  const latencies = traces.map(({ changedAt, webhookAt }) => webhookAt - changedAt);
  const [p50, p95] = [percentile(latencies, 50), percentile(latencies, 95)].map(formatDuration);
  const arrived = missing === 0 ? 'all arrived' : `${missing} did not arrive`;
  return `${head}, ${arrived}. Change → webhook: p50 ${p50}, p95 ${p95}.`;
}
