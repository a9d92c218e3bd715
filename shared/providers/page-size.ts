import { longestAnswer } from './request-json.ts';

/** The next smaller size, null when there is none. */
export const smallerSize = (sizes: readonly number[], size: number): number | null =>
  sizes.find((one) => one < size) ?? null;

/**
 * The size of the next page: a larger one where it is likely to fit, so that a few large items do not make a whole
 * reading slow.
 *
 * @param bytes of the page that was read with this size
 */
export function sizeAfter(sizes: readonly number[], size: number, bytes: number): number {
  const larger = sizes.findLast((one) => one > size);
  return larger !== undefined && (bytes / size) * larger < longestAnswer / 4 ? larger : size;
}
