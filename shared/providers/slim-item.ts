import { cutTexts } from '../events/fit-event.ts';
import type { ProviderItem } from './calendar-provider.ts';

/** A page below this has no item that is worth a look. */
const largePage = 1_000_000;

/** No text that is read of an event is longer. Much longer than what is stored of one. */
const longestText = 200_000;

/** Cuts texts of megabytes, so that a reading of many pages fits into memory. */
export const slimItem = (item: ProviderItem, pageBytes: number): ProviderItem =>
  pageBytes < largePage ? item : (cutTexts(item, longestText) as ProviderItem);
