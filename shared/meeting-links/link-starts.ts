/** Stands for a tag that does not separate words, such as `<b>`: the texts beside it are read as one. */
export const INLINE_TAG = '\u0001';

export const SCHEME = /(?:https?|zoommtg|zoomus):\/\//gi;

/** A host with what follows it: behind it, a text is a link without a scheme. */
const HOST_IN_FRONT = /[\w\u00c0-\uffff-]\.[\w\u00c0-\uffff-]{2,}[/\\?#:@]/;

/** Behind these characters, a link is a part of the link in front, of its host, path or query. */
const PART = /(?:[=_/?#&@%\\~+*$:^／＼⁄∕＝？＃＆＠％]|%(?!3C|2[02C]|0[AD])[\dA-F]{2})$/i;
/** The same when the link in front has no scheme, and may be none: `See acme.test:https://…`. */
const PART_OF_HOST = /(?:[=_/?#&@%\\~+$／＼⁄∕＝？＃＆＠％]|%(?!3C|2[02C]|0[AD])[\dA-F]{2})$/i;
/** The same when a tag stands between. */
const PART_ACROSS_TAG = /[=?#&]$/;

/** What ends the query or fragment of the link in front. All other characters may be a part of it. */
const END_OF_QUERY = /(?:\]\(|[\])}>"|]|%(?:3C|20|22|0[AD])|[\u0080-\uffff])$/i;

const LONGEST_JOINT = 8;

interface LinkStart {
  readonly start: number;
  /** False behind the query of another link, which ends here or goes on: so neither has the rest. */
  readonly isLink: boolean;
}

/**
 * Where links with a scheme begin in a text without blanks. One that begins inside the host, path, query or fragment of
 * another link is a part of that; two that stand side by side are two.
 *
 * @param hostStart where a link without a scheme begins, that is known already
 */
export function linkStarts(run: string, hostStart: number | null): LinkStart[] {
  const schemes = Array.from(run.matchAll(SCHEME), ({ index }) => index);
  const [first = 0] = schemes;
  const unschemed = Math.min(hostStart ?? run.length, HOST_IN_FRONT.exec(run.slice(0, first))?.index ?? run.length);
  const starts: LinkStart[] = [];
  let front = unschemed < first ? unschemed : first;
  let isInQuery = false;
  for (const start of schemes) {
    if (front < start) {
      const part = hostStart === null && starts.length === 0 ? PART_OF_HOST : PART;
      const joint = run.slice(Math.max(front, start - LONGEST_JOINT), start);
      const isAcrossTag = joint.endsWith(INLINE_TAG);
      if ((isAcrossTag ? PART_ACROSS_TAG : part).test(joint.replaceAll(INLINE_TAG, ''))) continue;
      isInQuery = (isInQuery || /[?#]/.test(run.slice(front, start))) && !isAcrossTag && !END_OF_QUERY.test(joint);
    }
    starts.push({ start, isLink: !isInQuery });
    front = start;
  }
  return starts;
}
