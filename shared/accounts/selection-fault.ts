import { AppError } from '../platform/app-error.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { isPassing } from './provider-refusal.ts';
import type { SelectionFault } from './selection.ts';

/** What a failure says of a selection. A text of the provider is shown, and nothing of an unknown error. */
export function faultOf(error: unknown): SelectionFault {
  if (error instanceof ProviderError) {
    const message = `${error.providerCode} ${error.message}`;
    return { code: isPassing(error) ? 'provider_unavailable' : 'refused', message };
  }
  if (error instanceof AppError && error.code === 'throttled') {
    return { code: 'too_many_calendars', message: 'The project may not have more calendars.' };
  }
  return { code: 'unexpected', message: 'An unexpected error. It is tried again.' };
}
