/** Percent-decodes what is valid UTF-8 and leaves the rest as it stands, where `decodeURIComponent` would throw. */
export function decodePercent(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}
