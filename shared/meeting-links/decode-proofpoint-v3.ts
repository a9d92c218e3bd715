import { decodePercent } from './decode-percent.ts';

const RUN_LENGTHS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * Decodes a link of Proofpoint v3. It writes `*` for an unusual character, `**` and a letter for a run of n of them (`A`
 * is 2), and the characters themselves into `replaced`, as base64url. Mail servers also shorten `https://` to `https:/`.
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
