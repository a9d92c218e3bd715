import { formatDuration } from '../demo/format-duration.ts';
import { paint } from '../demo/paint.ts';
import type { BenchFigures, Verdict } from './judge-figures.ts';

const number = (value: number, digits = 0): string => value.toFixed(digits);

/** The figures as a table of two columns, with the promises they keep or break. */
export function showFigures(figures: BenchFigures, verdicts: readonly Verdict[]): string {
  const { latency, first_sync, burst, reads } = figures;
  const [p50, p95, max] = [latency.p50_ms, latency.p95_ms, latency.max_ms].map(formatDuration);
  const seen = burst.last_change_ms === null ? 'last change LOST' : formatDuration(burst.last_change_ms);
  const rows: [keyof BenchFigures, string, string[]][] = [
    [
      'latency',
      'Provider change → webhook',
      [
        `p50 ${p50} · p95 ${p95} · max ${max}`,
        `${latency.changes} changes over ${latency.calendars} calendars, ${latency.missing} missing`,
      ],
    ],
    [
      'first_sync',
      `First sync, ${number(first_sync.events)} events`,
      [`${number(first_sync.seconds, 1)} s · list calls: ${first_sync.list_calls}`],
    ],
    [
      'burst',
      `Burst, ${burst.notifications} notifications`,
      [
        `delta calls: ${burst.delta_calls} · webhooks: ${burst.webhooks}`,
        `sent within ${burst.spread_ms} ms; the last change could be read ${seen} after it`,
      ],
    ],
    [
      'reads',
      `API page of ${reads.events_per_page} events`,
      [
        `p50 ${number(reads.p50_ms, 1)} ms · p95 ${number(reads.p95_ms, 1)} ms`,
        `${number(reads.pages_per_second)} pages/s, one client, ${reads.pages} pages`,
      ],
    ],
  ];
  return rows
    .flatMap(([measurement, title, lines]) => [
      '',
      ...lines.map((line, index) => `${paint('bold', (index === 0 ? title : '').padEnd(30))}${line}`),
      ...verdicts
        .filter((verdict) => verdict.measurement === measurement)
        .map(({ promise, kept }) => {
          const mark = kept ? paint('green', '✓') : paint('red', '✗ BROKEN');
          return `${' '.repeat(30)}promised: ${promise} ${mark}`;
        }),
    ])
    .join('\n');
}
