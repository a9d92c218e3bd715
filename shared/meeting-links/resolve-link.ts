import { cleanLink } from './clean-link.ts';
import { dropCutEnd } from './drop-cut-end.ts';
import { dropLoginTokens } from './drop-login-tokens.ts';
import { unwrapLink } from './link-wrappers.ts';
import type { ParsedLink } from './parse-link.ts';
import { parseLink } from './parse-link.ts';

/** Real links are wrapped and escaped once or twice; a link with more layers than this is an attack. */
const MOST_LAYERS = 8;

/** Real entry points are far shorter (Google allows 1,300 characters); the limit bounds the work per link. */
const LONGEST_LINK = 8192;

export interface ResolvedLink extends ParsedLink {
  readonly url: string;
  /** Something was cut off at its end. */
  readonly isCut: boolean;
}

/**
 * Cleans and unwraps a link until nothing changes. Null if the result is not an http(s) or native Zoom link, or has more
 * than 8 layers. Parameters that are cut or log in are removed. A resolved link resolves to itself.
 *
 * @param mayBeCut false for a link that stands by itself: three dots at its end are a part of it
 */
export function resolveLink(raw: string, { mayBeCut = true } = {}): ResolvedLink | null {
  let wrapped = raw;
  let isCut = false;
  for (let layer = 0; layer <= MOST_LAYERS; layer += 1) {
    const url = cleanThoroughly(wrapped);
    const link = url === null ? null : parseLink(url);
    if (url === null || link === null) return null;
    const inner = unwrapLink(link);
    if (inner === null) {
      const end = mayBeCut ? dropCutEnd(url) : { url, isCut: false };
      if (end === null) return null;
      isCut ||= end.isCut;
      const safe = dropLoginTokens(end.url, link.host);
      if (safe === url) return { ...link, url, isCut };
      wrapped = safe;
    } else {
      wrapped = inner;
    }
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
