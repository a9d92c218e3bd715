import { decodeHTMLAttribute } from 'entities/decode';

/**
 * Decodes HTML entities that end with a semicolon. HTML accepts some without it; they are not decoded, because in a link
 * `&copy=1` is a parameter.
 */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/gi, (entity) => decodeHTMLAttribute(entity));
}
