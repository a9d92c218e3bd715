import { parseArgs } from 'node:util';
import { createClosing } from '../runner/create-closing.ts';
import { LocalError } from '../runner/local-error.ts';
import { onStop } from '../runner/on-stop.ts';
import { assessFigures } from './assess-figures.ts';
import { keepFigures } from './keep-figures.ts';
import { measureColdStarts } from './measure-cold-starts.ts';
import { type FairnessFigures, fairnessHead, measureFairness, showFairness } from './measure-fairness.ts';
import { runBench, runOne } from './run-bench.ts';
import { showColdStarts, showFigures, showOne } from './show-figures.ts';

const usage = `npm run -s bench -- [--json] [--changes N] [--calendars N] [--cold-starts]
                        [--fairness [--samples N] [--lanes 1,2]] [--memory [--minutes N]] [--rows N] [--ticks]

Measures Kalends on this machine, with the default debounce, in about ten minutes:
- for both providers: the latency from a change to its webhook (N changes, default 100), the first sync of a big
  calendar, and a burst of notifications
- the latency with 1 and 20 calendars that change at once (and with N, e.g. 200), first syncs of 1,000 and 5,000 events
- the reads of the API, and a page of a hundred events by every ordering
- how many requests a second the API answers, and webhooks of a hundred changes a second for half a minute
- webhooks to fifty endpoints, one of which never answers
- the CPU of a process that loads a function (with --cold-starts only this, in half a minute)
With --fairness only this, in about forty minutes: how much a noisy project delays another one, for every lane (1 syncs,
2 hand-offs, 3 webhooks, 4 API, 5 and 6 organizations), with shares of the workers and without them. With --memory only this: the memory of local mode under constant load, ten minutes. With
--rows only this: a page of a hundred events by every ordering among N rows, e.g. 300000. With --ticks only this, in five
minutes: webhooks of 2,000 events that start within one minute.
The figures are stored in .bench/. The exit code is 1 when a promise is broken.
`;

const options = {
  json: { type: 'boolean' },
  changes: { type: 'string' },
  calendars: { type: 'string' },
  'cold-starts': { type: 'boolean' },
  fairness: { type: 'boolean' },
  samples: { type: 'string' },
  lanes: { type: 'string' },
  memory: { type: 'boolean' },
  minutes: { type: 'string' },
  rows: { type: 'string' },
  ticks: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const numberFrom = (
  name: string,
  text: string | undefined,
  { absent, least, most }: Record<string, number>,
): number => {
  const value = Number(text ?? absent);
  if (!Number.isInteger(value) || value < (least ?? 0) || value > (most ?? 0))
    throw new Error(`--${name}: from ${least} to ${most}`);
  return value;
};

function readOptions() {
  try {
    const { values } = parseArgs({ options });
    const more = numberFrom('calendars', values.calendars, { absent: 0, least: 0, most: 500 });
    return {
      ...values,
      changes: numberFrom('changes', values.changes, { absent: 100, least: 2, most: 1000 }),
      samples: numberFrom('samples', values.samples, { absent: 20, least: 2, most: 1000 }),
      minutes: numberFrom('minutes', values.minutes, { absent: 10, least: 1, most: 60 }),
      rows: numberFrom('rows', values.rows, { absent: 0, least: 0, most: 1_000_000 }),
      lanes: values.lanes?.split(',').map((lane) => numberFrom('lanes', lane, { absent: 1, least: 1, most: 6 })),
      spread: more > 0 ? [1, 20, more] : [1, 20],
    };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    return process.exit(2);
  }
}

/** Writes a line over the last one on a terminal, and nothing elsewhere. */
const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
};

const {
  json = false,
  changes,
  samples,
  lanes,
  minutes,
  rows,
  spread,
  help = false,
  fairness = false,
  memory = false,
  ticks = false,
  'cold-starts': coldStartsOnly = false,
} = readOptions();
if (help) {
  process.stdout.write(usage);
  process.exit(0);
}

if (coldStartsOnly) {
  const figures = await measureColdStarts();
  await keepFigures({ cold_starts: figures }, new Date());
  process.stdout.write(json ? `${JSON.stringify({ cold_starts: figures })}\n` : `${showColdStarts(figures)}\n`);
  process.exit(0);
}

// Lambda runs in UTC, and worker threads have the time zone of their process.
process.env.TZ = 'UTC';
const log = (line: string): void => void process.stderr.write(`${line}\n`);
const closing = createClosing(log);
onStop(() => {
  void closing.close().then(() => process.exit(130));
});
try {
  if (fairness) {
    if (!json) process.stdout.write(`${fairnessHead}\n`);
    const report = (figures: FairnessFigures): void => {
      progress('');
      process.stdout.write(json ? `${JSON.stringify(figures)}\n` : `${showFairness(figures)}\n`);
    };
    await measureFairness(closing, { samples, lanes, progress, log, report });
    await closing.close();
    process.exit(0);
  }
  if (memory || rows > 0 || ticks) {
    const others = ticks ? { ticks } : { rows };
    const figures = await runOne(closing, memory ? { memoryMinutes: minutes } : others, progress);
    await keepFigures(figures, new Date());
    progress('');
    await closing.close();
    process.stdout.write(`${json ? JSON.stringify(figures) : showOne(figures)}\n`);
    process.exit(0);
  }
  const figures = await runBench(closing, { changes, spread, progress });
  const verdicts = assessFigures(figures);
  await keepFigures({ ...figures, verdicts }, new Date());
  progress('');
  await closing.close();
  process.stdout.write(json ? `${JSON.stringify({ ...figures, verdicts })}\n` : `${showFigures(figures, verdicts)}\n`);
  process.exit(verdicts.every(({ kept }) => kept) ? 0 : 1);
} catch (error) {
  await closing.close();
  process.stderr.write(error instanceof LocalError ? `${error.message}\n` : `${(error as Error).stack}\n`);
  process.exit(1);
}
