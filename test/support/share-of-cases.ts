/*
 * Some tests repeat a story with a crash after each of its calls, or with each of many answers. Several stories that have
 * the same calls, and calendars of both providers, then make a share of them each: together they have them all.
 * `KALENDS_EVERY_CASE=1 npm test` makes every case in every story.
 */

const everyCase = process.env['KALENDS_EVERY_CASE'] === '1';

/** The numbers of calls that story `own` of `of` crashes after, or is interrupted before: the first one, and the step. */
export const callsOf = (own: number, of: number): { first: number; step: number } =>
  everyCase ? { first: 1, step: 1 } : { first: 1 + (own % of), step: of };

/** The cases that story `own` of `of` makes. */
export const shareOf = <Case>(cases: readonly Case[], own: number, of: number): Case[] =>
  cases.filter((_, index) => everyCase || index % of === own % of);
