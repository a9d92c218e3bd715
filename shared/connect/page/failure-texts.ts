import type { Platform } from '../../calendars/calendar.ts';
import type { ConnectError } from '../connect-session.ts';

interface Named {
  platform: Platform;
  provider: string;
  name: string;
  /** The same at the beginning of a sentence. */
  first: string;
  /** The addresses of accounts, where the text is about them. */
  about: string;
  /** Of the OAuth app, by which an administrator finds it. */
  clientId: string;
}

interface FailureText {
  status: number;
  title: string;
  /** Paragraphs. */
  text: string[];
  /** The button that begins again; null where that would change nothing. */
  retry: string | null;
}

/** How a user gives the permission that was missing. Microsoft lets a user take no single permission away. */
const givePermission: Record<Platform, string> = {
  google: 'Try again, and tick the box for calendars on the page of Google.',
  microsoft:
    'Try again, and accept all that the page of Microsoft asks for. If it does not ask for calendars, your administrator allows fewer permissions: ask them.',
};

/** What a user is shown for each reason. One that is missing here does not compile. */
export const failureTexts: Record<ConnectError, (named: Named) => FailureText> = {
  access_denied: ({ provider }) => ({
    status: 200,
    title: 'You have not given access',
    text: [`You declined on the page of ${provider}.`, 'If that was a mistake, try again.'],
    retry: 'Try again',
  }),
  missing_scope: ({ platform, name }) => ({
    status: 200,
    title: 'The calendar permission is missing',
    text: [
      `You signed in, but the permission to see your calendars was not given. Without it ${name} cannot read them.`,
      givePermission[platform],
    ],
    retry: 'Try again',
  }),
  admin_approval_required: ({ provider, name, clientId }) => ({
    status: 200,
    title: 'Your administrator must approve this',
    text: [
      `Your organization lets only an administrator give ${name} access to calendars at ${provider}.`,
      `Ask your administrator to approve ${name}. Its application ID at ${provider} is ${clientId}.`,
      'Then try again here, or use another account now.',
    ],
    retry: 'Try again',
  }),
  wrong_account: ({ about }) => ({
    status: 200,
    title: 'This is another account',
    text: [about, 'Try again, and choose the account that the calendar belongs to.'],
    retry: 'Choose another account',
  }),
  client_refused: ({ provider, name, first }) => ({
    status: 502,
    title: `${first} is not set up correctly`,
    text: [`${provider} does not accept ${name}. You can do nothing about it: please tell ${name} about this page.`],
    retry: 'Try again',
  }),
  code_refused: ({ provider }) => ({
    status: 400,
    title: 'The sign-in did not complete',
    text: [`The answer of ${provider} was too old, or was used already.`],
    retry: 'Try again',
  }),
  provider_unavailable: ({ provider }) => ({
    status: 503,
    title: `${provider} does not answer`,
    text: [`${provider} could not be reached. Please try again in a few minutes.`],
    retry: 'Try again',
  }),
  no_calendar: ({ provider }) => ({
    status: 200,
    title: 'This account has no calendar',
    text: [`${provider} lists no calendar of this account that can be read. Try again with another account.`],
    retry: 'Choose another account',
  }),
  deduplication_key_taken: ({ first }) => ({
    status: 409,
    title: 'This calendar is connected already',
    text: [`${first} has a calendar for you already.`],
    retry: null,
  }),
  too_many_calendars: ({ name, first }) => ({
    status: 503,
    title: `${first} can connect no further calendar`,
    text: [`${first} has as many calendars as it may have. Please report this page to ${name}, and try again later.`],
    retry: 'Try again',
  }),
  account_busy: ({ first }) => ({
    status: 409,
    title: 'Your calendars are being changed',
    text: [`${first} is connecting calendars of this account at this moment. Please try again in a minute.`],
    retry: 'Try again',
  }),
};
