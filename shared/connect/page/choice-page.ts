import { type Asked, providerNames, startFields } from './connect-pages.ts';
import { Html, html, type Page, renderPage } from './page-layout.ts';

/** Bytes that the calendars of one page may have: with the rest, and 250 chosen ones, a page has less than 10 kB. */
const mostListBytes = 3000;
const mostNameLength = 200;

export interface ListedChoice {
  /** Stands for the calendar in the form. */
  value: string;
  name: string;
  note: string;
}

/** What a form with choices sends. */
export interface ChoiceForm {
  chosen: ReadonlySet<string>;
  /** The page that the user turns to, from 0 on; null: these calendars are to be connected. */
  turnTo: number | null;
}

/** @param form of `choicePage`, from which a value that it never had may come, too */
export function readChoiceForm(form: URLSearchParams): ChoiceForm {
  const chosen = new Set([...form.getAll('calendar'), ...(form.get('chosen') ?? '').split(' ')]);
  const page = form.get('page');
  return { chosen, turnTo: page === null ? null : Number.parseInt(page, 10) || 0 };
}

const cut = (name: string): string =>
  name.length > mostNameLength ? `${name.slice(0, mostNameLength).toWellFormed()}…` : name;

const boxOf = ({ value, name, note }: ListedChoice, isChosen: boolean): Html =>
  html`<label><input type="checkbox" name="calendar" value="${value}"${new Html(isChosen ? ' checked' : '')}> <span><bdi>${cut(name)}</bdi>${note === '' ? [] : html` <span class="quiet">${note}</span>`}</span></label>`;

/** Splits a list so that each page is small. @returns one page at least */
function pagesOf(choices: readonly ListedChoice[]): ListedChoice[][] {
  const pages: ListedChoice[][] = [[]];
  let bytes = 0;
  for (const choice of choices) {
    const more = Buffer.byteLength(boxOf(choice, true).text);
    const isFull = bytes + more > mostListBytes && bytes > 0;
    if (isFull) pages.push([]);
    pages.at(-1)?.push(choice);
    bytes = isFull ? more : bytes + more;
  }
  return pages;
}

/** The buttons come after "Connect": in a form, the Enter key presses its first one. */
const turnButton = (page: number, label: string): Html =>
  html`<button class="plain" name="page" value="${String(page)}">${label}</button>`;

/**
 * The calendars of the account, of which the user chooses some. A long list has several pages, and each of them carries
 * what is chosen on the others.
 *
 * @param page from 0 on; the last one, when the list has become shorter @param isEmpty none was chosen the last time
 */
export function choicePage(
  { settings, platform }: Asked,
  {
    sessionId,
    email,
    choices,
    chosen,
    page,
    isEmpty,
  }: {
    sessionId: string;
    email: string | null;
    choices: readonly ListedChoice[];
    chosen: ReadonlySet<string>;
    page: number;
    isEmpty: boolean;
  },
): Page {
  const pages = pagesOf(choices);
  const index = Math.max(0, Math.min(page, pages.length - 1));
  const listed = pages[index] ?? [];
  const before = pages.slice(0, index).flat();
  const elsewhere = [...before, ...pages.slice(index + 1).flat()]
    .map(({ value }) => value)
    .filter((value) => chosen.has(value));
  const last = before.length + listed.length;
  const place = html`<p class="quiet">${`Calendars ${before.length + 1} to ${last} of ${choices.length}. Chosen on other pages: ${elsewhere.length}.`}</p>
<input type="hidden" name="chosen" value="${elsewhere.join(' ')}">`;
  const turns = [
    ...(index > 0 ? [turnButton(index - 1, 'Earlier calendars')] : []),
    ...(last < choices.length ? [turnButton(index + 1, 'More calendars')] : []),
  ];
  const content = html`${isEmpty ? html`<p role="alert">Choose at least one calendar.</p>` : []}
<p>You signed in at ${providerNames[platform]}${email === null ? [] : html` as <strong>${email}</strong>`}.</p>
<form method="post" action="/connect/choose/${sessionId}"><fieldset><legend>Which calendars may ${settings.name ?? 'the application'} read?</legend>
${pages.length > 1 ? place : []}${listed.map((choice) => boxOf(choice, chosen.has(choice.value)))}</fieldset><div class="actions"><button>Connect</button>${turns}</div></form>
<form method="post" action="/connect/start">${startFields({ session: sessionId })}<input type="hidden" name="another" value="yes"><button class="plain">Use another account</button></form>`;
  return renderPage(settings, { status: isEmpty ? 400 : 200, title: 'Choose your calendars', content });
}
