interface EndText {
  status: number;
  title: string;
  text: string;
}

/** Why a link or an answer cannot be used. */
export type EndReason =
  /** No link, or one with another secret: the page is the same for both. */
  | 'unknown_link'
  /** Another browser has begun. */
  | 'link_taken'
  | 'link_completed'
  | 'link_expired'
  /** Of a lost connection that was healed in another way. */
  | 'link_needless'
  | 'other_browser'
  | 'sign_in_over'
  | 'foreign_form'
  | 'unexpected';

/** What a user is shown. @param name of the project; null where a page may not say whose link it is, or it has none */
export const endTexts: Record<EndReason, (name: string | null) => EndText> = {
  unknown_link: () => ({
    status: 404,
    title: 'This link does not work',
    text: 'It is incomplete, or no longer known. Ask for a new one where you got it.',
  }),
  link_taken: (name) => ({
    status: 409,
    title: 'This link was used already',
    text: `It works once, in the browser that opened it first. Go on there, or ask ${name === null ? '' : `${name} `}for a new link.`,
  }),
  link_completed: (name) => ({
    status: 409,
    title: 'This link was used already',
    text: `It has connected your calendar, and works once. If the calendar is disconnected again, ask ${name === null ? '' : `${name} `}for a new link.`,
  }),
  link_expired: (name) => ({
    status: 410,
    title: 'This link has expired',
    text: `It works for a limited time. Ask ${name === null ? 'for a new one where you got it' : `${name} for a new one`}.`,
  }),
  link_needless: () => ({
    status: 409,
    title: 'This link is not needed any more',
    text: 'Its calendar was connected again in another way, or was deleted.',
  }),
  other_browser: () => ({
    status: 403,
    title: 'This is another browser',
    text: 'The sign-in did not begin in this browser, or cookies are blocked. Open your link again, and allow cookies.',
  }),
  sign_in_over: () => ({
    status: 400,
    title: 'This sign-in is over',
    text: 'Its answer was used already, or another one has begun. Open your link again.',
  }),
  foreign_form: () => ({
    status: 403,
    title: 'This page was opened from elsewhere',
    text: 'Open your link again, and go on from there.',
  }),
  unexpected: () => ({
    status: 500,
    title: 'Something went wrong',
    text: 'Open your link again in a minute. If it happens again, name this error where you got the link:',
  }),
};
