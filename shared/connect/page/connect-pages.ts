import type { Platform } from '../../calendars/calendar.ts';
import type { ConnectError, ConnectSession } from '../connect-session.ts';
import type { ConnectSettings } from '../connect-settings.ts';
import { failureTexts } from './failure-texts.ts';
import { Html, html, type Page, renderPage } from './page-layout.ts';

export const providerNames: Record<Platform, string> = { google: 'Google', microsoft: 'Microsoft' };

/** Where a user ends the access. */
const accessPages: Record<Platform, string> = {
  google: 'https://myaccount.google.com/connections',
  microsoft: 'https://myapplications.microsoft.com/',
};

const limitedUse = (name: string): Html => html`<p class="quiet">${name}’s use and transfer of information received from
Google APIs adheres to the <a href="https://developers.google.com/terms/api-services-user-data-policy">Google API Services
User Data Policy</a>, including the Limited Use requirements.</p>`;

interface Asked {
  settings: ConnectSettings;
  platform: Platform;
}

/** What the button that leads to the provider sends: the token of the link, or the session that the browser has begun. */
export type Start = { token: string } | { session: string };

const startForm = (start: Start, label: string): Html => {
  const [name, value] = Object.entries(start)[0] as [string, string];
  return html`<form method="post" action="/connect/start"><input type="hidden" name="${name}" value="${value}">
<div class="actions"><button>${label}</button></div></form>`;
};

/** What is read and why, and the button that leads to the provider. @param isReconnect the access was lost */
export function askPage(
  { settings, platform }: Asked,
  { start, isReconnect }: { start: Start; isReconnect: boolean },
): Page {
  const provider = providerNames[platform];
  const name = settings.name ?? 'This application';
  const title = isReconnect ? `Reconnect your ${provider} calendar` : `Connect your ${provider} calendar`;
  const content = html`<p>${isReconnect ? `${name} can no longer read your calendar. Sign in again with the same account, and everything that was missed is read.` : `${name} asks to read your calendar. You sign in at ${provider}, and ${name} never sees your password.`}</p>
<h2>What is read</h2><ul><li>The names of your calendars, and the address of your account</li>
<li>Events: title, time, place, description, people invited, and meeting links</li></ul>
<h2>Why</h2><p>So that ${name} knows your meetings and notices when they change. Nothing in your calendar is changed, and
nothing is sold or used for advertising.</p>
<h2>How it ends</h2><p>You can end the access at any time, in ${name} or in <a href="${accessPages[platform]}">your ${provider} account</a>.</p>
${platform === 'google' ? limitedUse(name) : []}${startForm(start, `Continue with ${provider}`)}`;
  return renderPage(settings, { title, content });
}

/** Sends the browser on. A form's answer may not redirect to another site, because the pages allow forms to reach none. */
export const goOnPage = (settings: ConnectSettings | null, url: string, where: string): Page =>
  renderPage(settings, {
    title: `Continue to ${where}`,
    content: html`<p>You are being sent on.</p><div class="actions"><a class="button" href="${url}">Continue</a></div>`,
    goTo: url,
  });

export interface ListedChoice {
  /** Stands for the calendar in the form. */
  value: string;
  name: string;
  note: string;
  isChosen: boolean;
}

/** The calendars of the account, of which the user chooses some. @param isEmpty none was chosen the last time */
export function choicePage(
  { settings, platform }: Asked,
  {
    action,
    email,
    choices,
    isEmpty,
  }: { action: string; email: string | null; choices: ListedChoice[]; isEmpty: boolean },
): Page {
  const boxes = choices.map(
    ({ value, name, note, isChosen }) =>
      html`<label><input type="checkbox" name="calendar" value="${value}"${new Html(isChosen ? ' checked' : '')}> <span>${name}${note === '' ? [] : html` <span class="quiet">${note}</span>`}</span></label>`,
  );
  const content = html`${isEmpty ? html`<p role="alert"><strong>Choose at least one calendar.</strong></p>` : []}
<p>${email === null ? `Your ${providerNames[platform]} account` : email} has these calendars.</p>
<form method="post" action="${action}"><fieldset><legend>Calendars that ${settings.name ?? 'the application'} may read</legend>
${boxes}</fieldset><div class="actions"><button>Connect</button></div></form>`;
  return renderPage(settings, { status: isEmpty ? 400 : 200, title: 'Choose your calendars', content });
}

/** Why there is no access, and the way on. @param about what the text needs beside the reason */
export function failurePage(
  { settings, platform }: Asked,
  { error, start, back, about }: { error: ConnectError; start: Start; back: string | null; about: string },
): Page {
  const { status, title, text, retry } = failureTexts[error]({
    provider: providerNames[platform],
    name: settings.name ?? 'the application',
    about,
  });
  const again = retry === null ? [] : startForm(start, retry);
  const home = back === null ? [] : html`<p><a href="${back}">Return to ${settings.name ?? 'the application'}</a></p>`;
  const paragraphs = text.map((one) => html`<p>${one}</p>`);
  return renderPage(settings, { status, title, content: html`${paragraphs}${again}${home}` });
}

/** A link or an answer that cannot be used. It says nothing about whose it was. */
export const endPage = (
  settings: ConnectSettings | null,
  { status, title, text, back = null }: { status: number; title: string; text: string; back?: string | null },
): Page =>
  renderPage(settings, {
    status,
    title,
    content: html`<p>${text}</p>${back === null ? [] : html`<p><a href="${back}">Return to ${settings?.name ?? 'the application'}</a></p>`}`,
  });

/** The end of a reconnect by a link that returns nowhere. */
export const donePage = ({ settings }: Pick<Asked, 'settings'>, session: Pick<ConnectSession, 'calendar_id'>): Page =>
  renderPage(settings, {
    title: session.calendar_id === null ? 'Your calendar is connected' : 'Your calendar is connected again',
    content: html`<p>${settings.name ?? 'The application'} can read your calendar. You can close this page.</p>`,
  });
