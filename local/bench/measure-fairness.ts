import { percentile } from '../demo/percentile.ts';
import { type Closing, createClosing } from '../runner/create-closing.ts';
import { createFairnessLanes, type FairnessLane, type NoiseKind, never, type Samples } from './fairness-lanes.ts';
import { type FairnessStack, startFairnessStack } from './fairness-stack.ts';

/** Milliseconds. */
interface Times {
  p50_ms: number;
  p99_ms: number;
}

/** Times of the quiet project in one lane. */
export interface FairnessFigures {
  lane: string;
  noise: string;
  alone: Times;
  /** Beside the noise, where what the other project calls answers at once; null where nothing of it could hang. */
  beside_answering: Times | null;
  /** Beside the noise. */
  beside: Times;
  /** Beside the noise, where a project may keep all workers busy. */
  beside_without_shares: Times;
}

/** The quiet project alone, or beside noise of a kind. */
type Column = 'alone' | NoiseKind;

/** What was measured with the same noise. */
interface Round {
  noise: string;
  samples: Partial<Record<Column, Samples>>;
}

export interface FairnessOptions {
  /** Of each lane and column. */
  samples: number;
  /** From 1 on; absent for all. */
  lanes: number[] | undefined;
  progress: (text: string) => void;
  log: (line: string) => void;
  report: (figures: FairnessFigures) => void;
}

const timesOf = (samples: readonly number[]): Times => ({
  p50_ms: percentile(samples, 50),
  p99_ms: percentile(samples, 99),
});

async function measureRound(
  stack: FairnessStack,
  { noise, canAnswer, sample, disturb }: FairnessLane,
  { columns, progress }: { columns: readonly Column[]; progress: (text: string) => void },
): Promise<Round> {
  // Workers start one after the other here, and side by side in AWS. The first noise starts them.
  progress(`${noise}: warming up`);
  await (await disturb('hangs'))();
  await stack.rest(40_000);
  const samples: Round['samples'] = {};
  for (const column of columns) {
    if (column === 'answers' && !canAnswer) continue;
    progress(`${noise}: ${column}`);
    const end = column === 'alone' ? null : await disturb(column);
    samples[column] = await sample();
    await end?.();
    await stack.rest(60_000);
  }
  return { noise, samples };
}

const allLanes = [1, 2, 3, 4, 5, 6];

/**
 * Measures each lane of a quiet project: alone, beside a project that makes noise in that lane, and beside the same noise
 * where projects have no shares of the workers. Each lane has a separate stack, because noise leaves work behind.
 */
export async function measureFairness(
  closing: Closing,
  { samples, lanes = allLanes, progress, log, report }: FairnessOptions,
): Promise<void> {
  const measure = async (number: number, hasShares: boolean, columns: readonly Column[]): Promise<Round> => {
    const name = `lane ${number} ${hasShares ? 'with' : 'without'} shares`;
    progress(`${name}: starting`);
    const own = createClosing(log);
    closing.add(own.close);
    const stack = await startFairnessStack(own, { hasShares });
    const lane = (await createFairnessLanes(stack, samples))[number - 1];
    if (lane === undefined) throw new Error(`no lane ${number}`);
    const round = await measureRound(stack, lane, { columns, progress: (text) => progress(`${name}: ${text}`) });
    await own.close();
    return round;
  };
  for (const number of lanes) {
    const { noise, samples: shared } = await measure(number, true, ['alone', 'answers', 'hangs']);
    const { samples: unshared } = await measure(number, false, ['hangs']);
    for (const [lane, alone] of Object.entries(shared.alone ?? {})) {
      report({
        lane,
        noise,
        alone: timesOf(alone),
        beside_answering: shared.answers ? timesOf(shared.answers[lane] ?? []) : null,
        beside: timesOf(shared.hangs?.[lane] ?? []),
        beside_without_shares: timesOf(unshared.hangs?.[lane] ?? []),
      });
    }
  }
}

const shown = (ms: number): string => (ms >= never ? 'never' : `${(ms / 1000).toFixed(2)} s`);
const shownTimes = (times: Times | null): string => (times ? `${shown(times.p50_ms)} / ${shown(times.p99_ms)}` : '–');

/** The head of a table for a terminal or for docs/scale.md. */
export const fairnessHead = [
  '| lane of the quiet project | noise of another project | alone | beside it, if it answers | beside it | without shares |',
  '|---|---|---|---|---|---|',
].join('\n');

/** A row of it. Each cell has the median and the 99th percentile. */
export const showFairness = ({ lane, noise, ...times }: FairnessFigures): string =>
  [
    '',
    lane,
    noise,
    shownTimes(times.alone),
    shownTimes(times.beside_answering),
    shownTimes(times.beside),
    shownTimes(times.beside_without_shares),
    '',
  ]
    .join(' | ')
    .trim();
