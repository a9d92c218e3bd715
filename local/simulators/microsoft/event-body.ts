import type { MicrosoftEventInput } from './microsoft-event.ts';

const PREVIEW_LENGTH = 255;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

type EventBody = NonNullable<MicrosoftEventInput['body']>;

/** HTML as text, the way Exchange does it: links become `text<address>`. */
function htmlToText(html: string): string {
  return html
    .replaceAll(/<a\b[^>]*?\bhref="([^"]*)"[^>]*>(.*?)<\/a>/gis, '$2\u0001$1\u0002')
    .replaceAll(/<(br|\/p|\/div|\/li)\b[^>]*>/gi, '\r\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('\u0001', '<')
    .replaceAll('\u0002', '>')
    .replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (_all, name: string) => ENTITIES[name] ?? '')
    .trim();
}

function textToHtml(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<html><head></head><body><div>${escaped.replaceAll('\n', '<br>')}</div></body></html>`;
}

/** `body` and `bodyPreview`: HTML unless the request preferred text; the preview is 255 characters of text, no more. */
export function presentBody(body: EventBody | undefined, asText: boolean): { body: EventBody; bodyPreview: string } {
  const { contentType = 'text', content = '' } = body ?? {};
  const text = contentType === 'html' ? htmlToText(content) : content;
  const html = contentType === 'html' || content === '' ? content : textToHtml(content);
  return {
    body: asText ? { contentType: 'text', content: text } : { contentType: 'html', content: html },
    bodyPreview: text.slice(0, PREVIEW_LENGTH),
  };
}
