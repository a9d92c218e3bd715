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

/** What was measured beside the same noise. */
interface Round {
  noise: string;
  alone: Samples;
  answering: Samples | null;
  beside: Samples;
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
  progress: (text: string) => void,
): Promise<Round> {
  const measureBeside = async (kind: NoiseKind): Promise<Samples> => {
    progress(`${noise}: making it (${kind})`);
    const end = await disturb(kind);
    progress(`${noise}: during (${kind})`);
    const samples = await sample();
    await end();
    await stack.rest(60_000);
    return samples;
  };
  // Workers start one after the other here, and side by side in AWS. The first noise starts them.
  progress(`${noise}: warming up`);
  await (await disturb('hangs'))();
  await stack.rest(40_000);
  progress(`${noise}: alone`);
  const alone = await sample();
  const answering = canAnswer ? await measureBeside('answers') : null;
  return { noise, alone, answering, beside: await measureBeside('hangs') };
}

/**
 * Measures each lane of a quiet project: alone, beside a project that makes noise in that lane, and beside the same noise
 * where projects have no shares of the workers.
 */
export async function measureFairness(
  closing: Closing,
  { samples, lanes, progress, log, report }: FairnessOptions,
): Promise<void> {
  const measure = async (hasShares: boolean): Promise<Round[]> => {
    const name = hasShares ? 'with shares' : 'without shares';
    progress(`${name}: starting`);
    const own = createClosing(log);
    closing.add(own.close);
    const stack = await startFairnessStack(own, { hasShares });
    const all = await createFairnessLanes(stack, samples);
    const rounds: Round[] = [];
    for (const lane of all.filter((_none, index) => lanes?.includes(index + 1) ?? true)) {
      rounds.push(await measureRound(stack, lane, (text) => progress(`${name}: ${text}`)));
    }
    await own.close();
    return rounds;
  };
  const [shared, unshared] = [await measure(true), await measure(false)];
  for (const [index, { noise, alone, answering, beside }] of shared.entries()) {
    for (const [lane, times] of Object.entries(alone)) {
      report({
        lane,
        noise,
        alone: timesOf(times),
        beside_answering: answering && timesOf(answering[lane] ?? []),
        beside: timesOf(beside[lane] ?? []),
        beside_without_shares: timesOf(unshared[index]?.beside[lane] ?? []),
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
