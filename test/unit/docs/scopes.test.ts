import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGoogleConsent } from '../../../shared/providers/google/google-consent.ts';
import { createMicrosoftConsent } from '../../../shared/providers/microsoft/microsoft-consent.ts';

const read = (page: string): string => readFileSync(join(import.meta.dirname, '../../../docs/use', page), 'utf8');
const codeIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
const rowOf = (page: string, first: string): string =>
  read(page)
    .split('\n')
    .find((line) => line.trim().startsWith(`| ${first} |`)) ?? '';
const sorted = (scopes: string): string[] => scopes.split(' ').toSorted();

const google = createGoogleConsent('', '').scopesFor({ readsShared: true });
const microsoft = createMicrosoftConsent('', 'common');

describe('The pages about connecting', () => {
  it('list the scopes that users are asked for', () => {
    expect(codeIn(rowOf('connect.md', 'Google')).toSorted()).toEqual(sorted(google));
    const [always = '', shared = ''] = rowOf('connect.md', 'Microsoft').split(';');
    expect(codeIn(always).toSorted()).toEqual(sorted(microsoft.scopesFor({ readsShared: false })));
    const more = sorted(microsoft.scopesFor({ readsShared: true })).filter((scope) => !codeIn(always).includes(scope));
    expect(more).toEqual(codeIn(shared).slice(0, 1));
  });

  it('say which permissions an app of Microsoft needs', () => {
    const [, table = ''] = /\| permission \| for \|\n(.*?)\n\n/s.exec(read('microsoft.md')) ?? [];
    const named = table.split('\n').flatMap((line) => codeIn(line.split('|')[1] ?? ''));
    expect(named.toSorted()).toEqual(sorted(microsoft.scopesFor({ readsShared: true })));
  });

  it('say which scopes an app of Google needs', () => {
    const address = 'https://www.googleapis.com/auth/userinfo.email';
    const wanted = sorted(google).map((scope) => (scope === 'email' ? address : scope));
    const [, step = ''] = /^5\. \*\*Data Access(.*?)^6\. /ms.exec(read('google.md')) ?? [];
    expect(codeIn(step).toSorted()).toEqual(wanted.toSorted());
  });
});
