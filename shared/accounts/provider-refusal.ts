import type { Platform } from '../calendars/calendar.ts';
import { AppError } from '../platform/app-error.ts';
import { ProviderError, type ProviderVerdict } from '../providers/provider-error.ts';

/** Failures that pass by themselves. */
const passing = new Set<ProviderVerdict['kind']>(['quota', 'retry', 'too_large', 'resync']);

/** Does a failure pass by itself? */
export const isPassing = ({ verdict }: ProviderError): boolean => passing.has(verdict.kind);

const names: Record<Platform, string> = { google: 'Google', microsoft: 'Microsoft' };

/** A request that waits for a provider answers in the provider's words. @throws AppError */
export async function orRefusal<Result>(work: Promise<Result>, { platform }: { platform: Platform }): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { verdict, providerCode, message } = error;
    if (!isPassing(error)) {
      throw new AppError('refused', `${names[platform]} refused the account: ${providerCode} ${message}`);
    }
    const pauseMs = 'retryAfterMs' in verdict ? verdict.retryAfterMs : undefined;
    throw new AppError(
      'provider_unavailable',
      `${names[platform]} does not answer: ${providerCode}. Please try again.`,
      {
        retryAfterSeconds: Math.ceil((pauseMs ?? usualPauseMs) / 1000),
      },
    );
  }
}

const usualPauseMs = 10_000;
