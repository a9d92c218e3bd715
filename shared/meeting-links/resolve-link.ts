import { cleanLink } from './clean-link.ts';
import { unwrapLink } from './link-wrappers.ts';
import type { ParsedLink } from './parse-link.ts';
import { parseLink } from './parse-link.ts';

/** Real links are wrapped once or twice and escaped once or twice; more is somebody trying us out. */
const MOST_LAYERS = 8;

/** Entry points in the wild stay far below this (Google allows 1,300); it keeps work per link constant. */
const LONGEST_LINK = 8192;

export interface ResolvedLink extends ParsedLink {
  readonly url: string;
}

/**
 * The link somebody meant: cleaned, unwrapped, cleaned again and so on until nothing changes. Null if that is not an
 * http(s) or native Zoom link or lies deeper than 8 layers. Resolving a resolved link gives it back.
 */
export function resolveLink(raw: string): ResolvedLink | null {
  let wrapped = raw;
  for (let layer = 0; layer <= MOST_LAYERS; layer += 1) {
    const url = cleanThoroughly(wrapped);
    const link = url === null ? null : parseLink(url);
    if (url === null || link === null) return null;
    const inner = unwrapLink(link);
    if (inner === null) return { ...link, url };
    wrapped = inner;
  }
  return null;
}

function cleanThoroughly(raw: string): string | null {
  let dirty = raw;
  for (let layer = 0; layer <= MOST_LAYERS && dirty.length <= LONGEST_LINK; layer += 1) {
    const link = cleanLink(dirty);
    if (link === dirty) return link;
    dirty = link;
  }
  return null;
}
