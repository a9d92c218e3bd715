/** Random numbers that are the same for the same seed. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A pause of a Poisson process, in the unit of its mean. */
  pause(mean: number): number;
  /** A time of which half are below `median` and one in a hundred above `p99`. */
  duration(time: Duration): number;
}

/** Milliseconds. */
export interface Duration {
  median: number;
  p99: number;
}

/** The 99th percentile of the standard normal distribution. */
const z99 = 2.326;

/** The mean of these times: a log-normal distribution has it above its median. */
export const meanOf = ({ median, p99 }: Duration): number => median * Math.exp((Math.log(p99 / median) / z99) ** 2 / 2);

/** Mulberry32: 32 bits of state are plenty for some million draws. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    pause: (mean) => -Math.log(1 - next()) * mean,
    // A log-normal distribution: times have a lower bound and a long tail.
    duration: ({ median, p99 }) => median * Math.exp((normal() * Math.log(p99 / median)) / z99),
  };
}
