import { parseArgs } from 'node:util';
import { createClosing } from '../runner/create-closing.ts';
import { LocalError } from '../runner/local-error.ts';
import { onStop } from '../runner/on-stop.ts';
import { assessFigures } from './assess-figures.ts';
import { keepFigures } from './keep-figures.ts';
import { measureColdStarts } from './measure-cold-starts.ts';
import { type FairnessFigures, fairnessHead, measureFairness, showFairness } from './measure-fairness.ts';
import { runBench } from './run-bench.ts';
import { showColdStarts, showFigures } from './show-figures.ts';

const usage = `npm run -s bench -- [--json] [--changes N] [--calendars N] [--cold-starts] [--fairness [--samples N]]

Measures Kalends on this machine, with the default debounce, in about eight minutes:
- for both providers: the latency from a change to its webhook (N changes, default 100), the first sync of a big
  calendar, and a burst of notifications
- the latency with 1 and 20 calendars that change at once (and with N, e.g. 200), first syncs of 1,000 and 5,000 events
- the reads of the API, and a page of a hundred events by every ordering
- webhooks to fifty endpoints, one of which never answers
- the CPU of a process that loads a function (with --cold-starts only this, in half a minute)
With --fairness only this, in about ten minutes: how much a noisy project delays another one, for every lane.
The figures are stored in .bench/. The exit code is 1 when a promise is broken.
`;

const options = {
  json: { type: 'boolean' },
  changes: { type: 'string' },
  calendars: { type: 'string' },
  'cold-starts': { type: 'boolean' },
  fairness: { type: 'boolean' },
  samples: { type: 'string' },
  help: { type: 'boolean' },
} as const;

function readOptions() {
  try {
    const { values } = parseArgs({ options });
    const changes = Number(values.changes ?? 100);
    if (!Number.isInteger(changes) || changes < 2 || changes > 1000) throw new Error('--changes: from 2 to 1000');
    const samples = Number(values.samples ?? 20);
    if (!Number.isInteger(samples) || samples < 2 || samples > 1000) throw new Error('--samples: from 2 to 1000');
    const more = Number(values.calendars ?? 0);
    if (!Number.isInteger(more) || more < 0 || more > 500) throw new Error('--calendars: at most 500');
    return { ...values, changes, samples, spread: more > 0 ? [1, 20, more] : [1, 20] };
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
  spread,
  help = false,
  fairness = false,
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
const closing = createClosing((line) => process.stderr.write(`${line}\n`));
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
    await measureFairness(closing, { samples, progress, report });
    await closing.close();
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
