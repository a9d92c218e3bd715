import type { CalendarList } from '../providers/calendar-provider.ts';
import { createProviders, type ProviderSettings } from '../providers/providers.ts';
import type { Account } from './account.ts';
import { readProviderCalendars, type SelectionDeps } from './apply-selection.ts';
import { chooseSelection } from './choose-selection.ts';
import { orRefusal } from './provider-refusal.ts';
import type { SelectionChoice } from './selection.ts';

/** What requests do with the calendars of an account at its provider. Loaded when it is needed. */
export interface OpenSelection {
  /** @throws AppError when the provider refuses the account, or does not answer */
  list(account: Account): Promise<CalendarList>;
  /** @throws AppError */
  choose(account: Account, choice: SelectionChoice, list: CalendarList): Promise<void>;
}

export function openSelection(settings: ProviderSettings, others: Omit<SelectionDeps, 'providers'>): OpenSelection {
  const deps = { ...others, providers: createProviders(settings, others.clock) };
  return {
    list: (account) => orRefusal(readProviderCalendars(deps, account), account),
    choose: (account, choice, list) => chooseSelection(deps, { account, choice, list }),
  };
}
