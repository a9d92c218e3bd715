/** An escape that is cut, which also stands for `…` (clean-link.ts). */
const CUT = /%[\da-f]?$/i;

/** What is whole even when something is cut behind it: a Zoom number, a code of Meet, a passcode of Zoom. */
const WHOLE = /\/[jws]\/\d{11}$|\/[a-z]{3}-[a-z]{4}-[a-z]{3}$|[?&]pwd=[\w-]+\.\d$/i;

/**
 * A cut link without its last parameter, which is cut: a passcode that is not whole is worse than none. Null when its path
 * is cut, because it may lead to another meeting. Other links stay as they are.
 */
export function dropCutEnd(url: string): { url: string; isCut: boolean } | null {
  if (!CUT.test(url)) return { url, isCut: false };
  const rest = url.replace(CUT, '');
  if (WHOLE.test(rest)) return { url: rest, isCut: false };
  const parameter = rest.search(/[?&#][^?&#]*$/);
  return parameter === -1 ? null : { url: rest.slice(0, parameter), isCut: true };
}
