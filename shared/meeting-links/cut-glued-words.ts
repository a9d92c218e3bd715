/** The first words of the next line of an invitation, with the colon behind them, escaped or not. */
const NEXT_LINE =
  '(?:(?:passcode|password|passwort|kenncode|kennwort|mot de passe|contraseña|meeting(?:[ -]|%20)?id|one(?:[ -]|%20)tap(?: |%20)mobile)(?:\\s|%20)*(?::|%3a))';

/** A passcode or meeting number, which has no such word at its end. */
const GLUED = new RegExp(`([?&](?:pwd|tk|p|pw)=[\\w.-]{1,200}?|/(?:j|w|meet)/\\d{9,16})(?=${NEXT_LINE})`, 'gi');

/** Puts a blank between a link and the next line of an invitation, where an editor has lost the line break. */
export const cutGluedWords = (text: string): string => text.replace(GLUED, '$1 ');
