/** Decodes percent escapes of valid UTF-8. Others stay as they are; `decodeURIComponent` would throw. */
export function decodePercent(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}
