/** A blank, escaped or not. */
const BLANK = '(?:\\s|%20|%0[AD]|%C2%A0)';

const LETTER = '(?:[a-z\\u00c0-\\u024f]|%C[3-9]%[89AB][\\dA-F])';

/** The words that follow the first one, and the colon, which is not that of `https://`. */
const REST_OF_LABEL = `(?:(?:${BLANK}|['’-])${LETTER}{1,20}){0,6}${BLANK}{0,3}(?::|：|%3A)(?!//|%2F)`;

/**
 * How the next line of an invitation begins, in the languages of the platforms. The words are known, because a passcode may
 * end like a word, and the next line may stand behind a blank: `?pwd=xyAbcd Passcode: 1`.
 */
const FIRST_WORDS = [
  'passcode|password|access|code|pin|phone|dial|join(?: |%20)(?:by|from|with)|meeting|one(?:[ -]|%20)tap|or(?: |%20)dial|webinar',
  'besprechungs|einwahl|kenncode|kennwort|passwort|toegangscode|wachtwoord|lösenord|adgangskode|passord',
  'mot(?: |%20)de|num[eé]ro|c[oó]dig?o|c%C3%B3digo|codice|clave|contraseña|contrase%C3%B1a|senha|hasło|heslo|parola|şifre|kod[ey]?|kokouksen|identyfikator|identificador|přístupový',
  'ID\\.?(?: |%20)(?:de|da|do|della|riunione|réunion|reunión|reunião|r%C3%A9union)|ID(?=:)',
].join('|');
/** Lines of Zoom's and Teams' invitations that need no colon. */
const PHRASES = ['one tap mobile', 'meeting id', 'dial by your', 'find your local', 'find a local', 'join by phone']
  .map((phrase) => phrase.replaceAll(' ', BLANK))
  .join('|');
const LABEL = `[-;]?(?:(?:${FIRST_WORDS})${REST_OF_LABEL}|${PHRASES})`;

/** One word in any Latin language, at least four letters long, which begins with a capital letter, and the colon. */
const CAPITAL_LABEL = /[A-Z][a-z\u00df-\u00f6\u00f8-\u00ff]{3,20}(?:-[A-Za-z]{1,20})?:(?=\s|%20|\d|$)/;

/** No passcode or number has characters that are not ASCII. `…` marks a cut (clean-link.ts). */
const OTHER_SCRIPT = '[^\\u0000-\\u007f…]';

/** Escaped blanks, quotes and brackets. */
const MARKUP = '(?:%(?:20|22|3[CEce]|0[ADad]|[Cc]2%[Aa]0))';

/** The end of what identifies a meeting. Here words need not be known. */
const END_OF_ID = [
  '/(?:j|w|s|meet|join)/\\d{9,16}',
  'meet\\.google\\.com/[a-z]{3}-[a-z]{4}-[a-z]{3}',
  '[?&]MTID=m[\\da-f]{32}',
  '%7d',
  '#success',
].join('|');
const BEHIND_ID = new RegExp(
  `(?<=${END_OF_ID})(?:${MARKUP}|${OTHER_SCRIPT}|${LABEL}|-?${LETTER}{2,20}${REST_OF_LABEL})`,
  'i',
);

/** A passcode, or the name of a personal room, has at least one character. */
const PASSCODE = /[?&](?:pwd|tk|p|pw)=[^&#\s]/i;
const PERSONAL_ROOM = /\/my\/[\w.-]/i;

const NEXT_LINE = new RegExp(`${BLANK}{0,3}${LABEL}`, 'i');
/** A word with an accent begins at its capital letter. */
const NOT_IN_PASSCODE = new RegExp(
  `${MARKUP}|[A-Z][a-z]{0,12}[\\u00df-\\u00ff\\u0100-\\u024f\\u1ea0-\\u1eff]|${OTHER_SCRIPT}`,
);

/** Zoom's newer passcodes end with `.1`, numbers and codes with their last digit or letter: behind these, any word is glued. */
const BEHIND_WHOLE =
  /(?<=[?&]pwd=[\w-]{1,200}\.\d)(?=[A-Za-z])|(?<=\/[jsw]\/\d{9,11}|meet\.google\.com\/[a-z]{3}-[a-z]{4}-[a-z]{3})(?=[A-Z][a-z])/;

/**
 * Where the next line of an invitation begins in a text that starts with a link, because an editor has lost the line break;
 * the length of the text when it does not. Linear time.
 */
export function startOfGluedWords(text: string): number {
  const ends = [text.length];
  const add = (start: number, found: number) => {
    if (found !== -1) ends.push(start + found);
  };

  add(0, text.search(BEHIND_ID));
  add(0, text.search(BEHIND_WHOLE));
  const passcode = PASSCODE.exec(text);
  if (passcode) {
    const start = passcode.index + passcode[0].length;
    const rest = text.slice(start);
    const [value = ''] = rest.split(/[&#]/, 1);
    add(start, value.search(NOT_IN_PASSCODE));
    add(start, rest.search(NEXT_LINE));
    add(start, rest.search(CAPITAL_LABEL));
  }
  const room = PERSONAL_ROOM.exec(text);
  if (room) {
    const start = room.index + room[0].length;
    add(start, text.slice(start).search(NEXT_LINE));
  }
  return Math.min(...ends);
}
