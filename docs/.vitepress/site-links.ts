import { join } from 'node:path';

/** The anchor of a heading as GitHub makes it, so that links work at both places. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

interface Token {
  type: string;
  tag: string;
  children: Token[] | null;
  attrs: [string, string][] | null;
  attrGet: (name: string) => string | null;
}
interface Markdown {
  core: {
    ruler: { push: (name: string, rule: (state: { tokens: Token[]; env: { relativePath?: string } }) => void) => void };
  };
}

/** Is it a link to a file of the repository that is no page of the site? @param page path of the page in docs/ */
function isFile(page: string, href: string): boolean {
  if (/^(?:[a-z]+:|\/|#)/.test(href)) return false;
  const [path = ''] = href.split('#');
  return !path.endsWith('.md') || join(page, '..', path).startsWith('..');
}

/**
 * A page as text: links to files of the repository are plain text, as on the built page, and marks of VitePress are gone.
 *
 * @param page path of the page in docs/
 */
export function textTwinOf(page: string, markdown: string): string {
  const codeOrLink = /```[\s\S]*?```|\[([^\]]*)\]\(([^)\s]+)\)(?:\{target="_self"\})?|`[^`\n]*`/g;
  return markdown.replaceAll(codeOrLink, (all: string, text?: string, href?: string) => {
    if (text === undefined || href === undefined) return all;
    return isFile(page, href) ? text : `[${text}](${href})`;
  });
}

/** Links to files of the repository, which work on GitHub, become plain text. */
export function unlinkFiles(markdown: Markdown): void {
  markdown.core.ruler.push('unlink-files', ({ tokens, env }) => {
    for (const { children } of tokens) {
      let isInside = false;
      for (const token of children ?? []) {
        if (token.type === 'link_open' && isFile(env.relativePath ?? '', token.attrGet('href') ?? '')) {
          isInside = true;
          token.attrs = null;
          token.tag = 'span';
        } else if (token.type === 'link_close' && isInside) {
          isInside = false;
          token.tag = 'span';
        }
      }
    }
  });
}
