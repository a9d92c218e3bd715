import { describe, expect, it } from 'vitest';
import { textTwinOf } from '../../../docs/.vitepress/site-links.ts';

describe('The text twin of a page', () => {
  it('keeps links to pages, and has the files of the repository as plain text', () => {
    const text = 'See [scale](../scale.md#figures), [`config.ts`](../../infra/config.ts) and [all](../decisions).';
    expect(textTwinOf('operate/deploy.md', text)).toBe('See [scale](../scale.md#figures), `config.ts` and all.');
  });

  it('has no marks of VitePress', () => {
    const text = 'In [`llms.txt`](/docs/llms.txt){target="_self"}.';
    expect(textTwinOf('index.md', text)).toBe('In [`llms.txt`](/docs/llms.txt).');
  });

  it('leaves code as it is', () => {
    const code = '```js\nconst all = [a](b.ts);\n```\nand `[a](b.ts)`';
    expect(textTwinOf('index.md', code)).toBe(code);
  });
});
