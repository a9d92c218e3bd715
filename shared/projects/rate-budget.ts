import { projectTimingMs } from '../platform/timing.ts';
import { creditOf, isRunning, type RateWindow, secondsLeft } from './rate-window.ts';

/** Pays for units in the window that all processes share. @returns the window after that, or as it is when it is full */
export type PayUnits = (units: number, limit: number) => Promise<{ paid: boolean; window: RateWindow }>;

/**
 * What this process has used of the limits of projects and not paid for yet. Payments are writes to the table, so a
 * process uses some units on credit and pays for them together (`creditOf`). The processes of a project together use at
 * most the limit in a minute, and one credit for each process.
 */
export interface RateBudget {
  /** Uses units without a request to the table. @returns false when they must be paid for */
  useOnCredit(key: string, units: number, limit: number, now: number): boolean;
  /**
   * Pays for units and for all that was used on credit. A full window is asked again only when it is over.
   *
   * @returns null when paid, otherwise the seconds until the window ends
   */
  pay(key: string, units: number, limit: number, now: number, pay: PayUnits): Promise<number | null>;
}

interface Account {
  debt: number;
  /** When the first unit of the debt was used. A debt of a past minute is forgiven. */
  since: number;
  /** As this process saw it last. Others may have used more of it since then. */
  window: RateWindow | null;
}

/** Accounts that a process remembers; then it begins again. */
const mostAccounts = 5000;

export function createRateBudget(): RateBudget {
  const accounts = new Map<string, Account>();
  const accountOf = (key: string, now: number): Account => {
    const known = accounts.get(key);
    if (known) {
      if (now - known.since >= projectTimingMs.rateWindow) known.debt = 0;
      return known;
    }
    if (accounts.size >= mostAccounts) accounts.clear();
    const account = { debt: 0, since: now, window: null };
    accounts.set(key, account);
    return account;
  };
  /** The running window when these units do not fit into it. */
  const fullWindow = ({ debt, window }: Account, units: number, limit: number, now: number): RateWindow | null =>
    window && isRunning(window, now) && window.used + debt + units > limit ? window : null;

  return {
    useOnCredit: (key, units, limit, now) => {
      const account = accountOf(key, now);
      if (account.debt + units > creditOf(limit) || fullWindow(account, units, limit, now)) return false;
      if (account.debt === 0) account.since = now;
      account.debt += units;
      return true;
    },
    pay: async (key, units, limit, now, pay) => {
      const account = accountOf(key, now);
      const full = fullWindow(account, units, limit, now);
      if (full) return secondsLeft(full, now);
      const { debt } = account;
      account.debt = 0;
      const keep = (): void => {
        if (account.debt === 0) account.since = now;
        account.debt += debt;
      };
      try {
        const { paid, window } = await pay(debt + units, limit);
        account.window = window;
        if (paid) return null;
        keep();
        return secondsLeft(window, now);
      } catch (error) {
        keep();
        throw error;
      }
    },
  };
}
