/** The beginning of a text, never with half a character that takes two code units. */
export function cutText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const isSplit = /[\uD800-\uDBFF]/.test(text.charAt(longest - 1));
  return text.slice(0, isSplit ? longest - 1 : longest);
}
