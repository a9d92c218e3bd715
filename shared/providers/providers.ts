import type { Platform } from '../calendars/calendar.ts';
import type { Clock } from '../platform/clock.ts';
import type { CalendarProvider } from './calendar-provider.ts';
import { createGoogleProvider, type GoogleProviderDeps } from './google/google-provider.ts';
import { createMicrosoftProvider, type MicrosoftProviderDeps } from './microsoft/microsoft-provider.ts';

/** The provider of every platform. A platform without one does not compile. */
export type Providers = Record<Platform, CalendarProvider>;

/** Where the providers are reached. */
export interface ProviderSettings {
  google: Omit<GoogleProviderDeps, 'clock'>;
  microsoft: Omit<MicrosoftProviderDeps, 'clock'>;
}

export const createProviders = ({ google, microsoft }: ProviderSettings, clock: Clock): Providers => ({
  google: createGoogleProvider({ ...google, clock }),
  microsoft: createMicrosoftProvider({ ...microsoft, clock }),
});
