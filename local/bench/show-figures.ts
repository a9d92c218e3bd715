import { type Platform, platforms } from '../../shared/calendars/calendar.ts';
import { formatDuration } from '../demo/format-duration.ts';
import { paint } from '../demo/paint.ts';
import type { BenchFigures, Verdict } from './assess-figures.ts';
import type { ColdStartFigures } from './measure-cold-starts.ts';
import type { MemoryFigures } from './measure-memory.ts';
import type { OrderingFigures } from './measure-orderings.ts';
import type { runOne } from './run-bench.ts';

const columns = [30, 11] as const;

const number = (value: number, digits = 0): string => value.toFixed(digits);

function showPlatform({ latency, first_sync, burst }: BenchFigures, platform: Platform) {
  const [late, first, burstOf] = [latency[platform], first_sync[platform], burst[platform]];
  const [p50, p95, max] = [late.p50_ms, late.p95_ms, late.max_ms].map(formatDuration);
  const seen = burstOf.last_change_ms === null ? 'NEVER' : formatDuration(burstOf.last_change_ms);
  return {
    latency: [
      `p50 ${p50} · p95 ${p95} · max ${max}`,
      `from commit to first attempt: mean ${formatDuration(late.added_mean_ms)}`,
      `${late.changes} changes over ${late.calendars} calendars, ${late.missing} missing`,
    ],
    first_sync: [
      `${number(first.seconds, 1)} s · ${first.stored} events stored, ${first.series} series`,
      `provider calls: ${first.provider_calls} in total, ${first.list_calls} for lists, ${first.event_calls} for single events`,
    ],
    burst: [
      `delta calls: ${burstOf.delta_calls} · webhooks: ${burstOf.webhooks}`,
      `sent within ${burstOf.spread_ms} ms; time until the API returned the last change: ${seen}`,
    ],
  };
}

/** CPU of a process that loads a function and nothing else, compared with an empty handler. */
export const showColdStarts = (figures: readonly ColdStartFigures[]): string =>
  figures
    .map(({ function: name, cpu_ms: cpu, times_empty: times }, index) => {
      const title = paint('bold', (index === 0 ? 'Loading a function' : '').padEnd(columns[0]));
      return `${title}${name.padEnd(24)}${number(cpu)} ms CPU · ${number(times, 2)} × an empty handler`;
    })
    .join('\n');

const row = (title: string, platform: string, lines: readonly string[]): string[] =>
  lines.map((line, index) => {
    const [first, second] = index === 0 ? [title, platform] : ['', ''];
    return `${paint('bold', first.padEnd(columns[0]))}${second.padEnd(columns[1])}${line}`;
  });

/** A line for each ordering of a calendar and of its project. */
const showOrderings = (orderings: readonly OrderingFigures[]): string =>
  orderings
    .flatMap(({ ordering, owner, p50_ms, p95_ms }, index) =>
      row(index === 0 ? 'Page of 100 events' : '', owner, [
        `${ordering.padEnd(14)}p50 ${number(p50_ms, 1)} ms · p95 ${number(p95_ms, 1)} ms`,
      ]),
    )
    .join('\n');

/** A line for each minute. */
const showMemory = (figures: readonly MemoryFigures[]): string =>
  figures
    .flatMap(({ minute, rss_mb, kept_mb, workers }) =>
      row(minute === 0 ? 'Memory, minute' : '', String(minute), [
        `${rss_mb} MB, ${kept_mb} MB of them kept by the main thread, ${workers} workers`,
      ]),
    )
    .join('\n');

/** The figures of a single measurement. */
export function showOne(figures: Awaited<ReturnType<typeof runOne>>): string {
  if ('memory' in figures) return showMemory(figures.memory);
  if ('pages' in figures) return showOrderings(figures.pages.orderings);
  const { events, calendars, moved, missing, twice, early, p50_ms, p95_ms, max_ms } = figures.ticks;
  const [p50, p95, max] = [p50_ms, p95_ms, max_ms].map(formatDuration);
  return row('Start of event → webhook', '', [
    `p50 ${p50} · p95 ${p95} · max ${max}`,
    `${events} events of ${calendars} calendars in one minute, ${moved} moved 10 s before: ${missing} missing, ${twice} twice, ${early} early`,
  ]).join('\n');
}

/** Formats the figures as a table: measurement, platform, figures, and the promises that they keep or break. */
export function showFigures(figures: BenchFigures, verdicts: readonly Verdict[]): string {
  const { spread, first_sync, first_sync_sizes, burst, reads, saturation, fan_out, fair_share: share } = figures;
  const titles = {
    latency: 'Provider change → webhook',
    first_sync: `First sync, ${first_sync.google.instances} instances`,
    burst: `Burst, ${burst.google.notifications} notifications`,
  };
  const promisesOf = (measurement: keyof BenchFigures, platform?: Platform): string[] =>
    verdicts
      .filter((verdict) => verdict.measurement === measurement && verdict.platform === platform)
      .map(({ promise, kept }) => `promised: ${promise} ${kept ? paint('green', '✓') : paint('red', '✗ BROKEN')}`);

  const shown = { google: showPlatform(figures, 'google'), microsoft: showPlatform(figures, 'microsoft') };
  const measured = (['latency', 'first_sync', 'burst'] as const).flatMap((measurement) => [
    '',
    ...platforms.flatMap((platform, index) => [
      ...row(index === 0 ? titles[measurement] : '', platform, [
        ...shown[platform][measurement],
        ...promisesOf(measurement, platform),
      ]),
    ]),
  ]);
  return [
    ...measured,
    '',
    ...spread.flatMap(({ calendars, changes, missing, p50_ms, p95_ms, p99_ms }, index) =>
      row(index === 0 ? 'Change → webhook, calendars' : '', String(calendars), [
        `p50 ${formatDuration(p50_ms)} · p95 ${formatDuration(p95_ms)} · p99 ${formatDuration(p99_ms)} · ${changes} changes, ${missing} missing`,
        ...(index === 0 ? promisesOf('spread') : []),
      ]),
    ),
    '',
    ...first_sync_sizes.flatMap(({ instances, seconds, stored }, index) =>
      row(index === 0 ? 'First sync, instances' : '', String(instances), [
        `${number(seconds, 1)} s · ${stored} events stored`,
      ]),
    ),
    '',
    showOrderings(figures.orderings),
    '',
    ...row(`${share.endpoints} endpoints × ${share.events} events`, '', [
      `from commit to first attempt, p95 of the others: ${formatDuration(share.p95_ms)}, while one hangs: ${formatDuration(share.hanging_p95_ms)}`,
      `p50 ${formatDuration(share.p50_ms)} and ${formatDuration(share.hanging_p50_ms)}; ${share.missing} missing; ${share.hanging_attempts} attempts at the endpoint that hangs`,
      ...promisesOf('fair_share'),
    ]),
    '',
    ...saturation.flatMap(({ clients, requests_per_second, p50_ms, p95_ms }, index) =>
      row(index === 0 ? 'API, single events, clients' : '', String(clients), [
        `${number(requests_per_second)} requests/s · p50 ${number(p50_ms, 1)} ms · p95 ${number(p95_ms, 1)} ms`,
      ]),
    ),
    '',
    ...row(`Fan-out, ${fan_out.per_second} a second`, '', [
      `p50 ${formatDuration(fan_out.p50_ms)} · p95 ${formatDuration(fan_out.p95_ms)} · p99 ${formatDuration(fan_out.p99_ms)} · ${fan_out.notifications} notifications, ${fan_out.missing} missing`,
      ...promisesOf('fan_out'),
    ]),
    '',
    ...row(`API page of ${reads.events_per_page} events`, '', [
      `p50 ${number(reads.p50_ms, 1)} ms · p95 ${number(reads.p95_ms, 1)} ms`,
      `${number(reads.pages_per_second)} pages/s with one client, ${reads.pages} pages read`,
    ]),
    '',
    showColdStarts(figures.cold_starts),
  ].join('\n');
}
