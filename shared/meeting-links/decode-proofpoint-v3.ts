import { decodePercent } from './decode-percent.ts';

const RUN_LENGTHS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * Proofpoint v3 replaces each unusual character of a URL by `*`, a run of n of them by `**` and a letter standing for
 * n (`A` = 2), and keeps the characters themselves in `replaced`, base64url. Mail servers also squeeze `https://`.
 */
export function decodeProofpointV3(url: string, replaced: string): string {
  const characters = Array.from(Buffer.from(replaced, 'base64url').toString());
  let next = 0;
  const take = (count: number) => {
    next += count;
    return characters.slice(next - count, next).join('');
  };

  return decodePercent(url)
    .replace(/\*(?:\*([\w-]))?/g, (_, run: string | undefined) => take(run ? RUN_LENGTHS.indexOf(run) + 2 : 1))
    .replace(/^(https?:\/)(?!\/)/i, '$1/');
}
