import { AppError } from '../platform/app-error.ts';

/** What only the runner of a bot understands, by the names of the request's fields. */
export type RunnerSettings = Record<string, unknown>;

/** Bytes of all settings of a bot together, as JSON. */
const largestSettings = 32_768;

/** @throws AppError 400 when the settings are too large */
export function checkSettings(settings: RunnerSettings | undefined): void {
  if (settings === undefined || Buffer.byteLength(JSON.stringify(settings)) <= largestSettings) return;
  const names = Object.keys(settings).toSorted().join(', ');
  throw new AppError('invalid_fields', `${names} must not have more than ${largestSettings} bytes together.`);
}
