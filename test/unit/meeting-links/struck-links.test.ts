import { describe, expect, it } from 'vitest';
import { findMeetingLink } from '../../../shared/meeting-links/list-meeting-links.ts';

const find = (body: string): string | null =>
  findMeetingLink({ title: null, entryPoints: [], location: null, body })?.url ?? null;

const NEW = 'https://acme.zoom.us/j/98765432101';
const OLD = 'https://acme.zoom.us/j/91111111111';

describe('an old link', () => {
  it.each([
    `<a href="${OLD}"><span><s>${OLD}</s></span></a>`,
    `<a href="${OLD}"><b><strike>old room</strike></b></a>`,
    `<a href="${OLD}"> <span class="x"><font><del>old</del></font></span> </a>`,
    `<a href="${OLD}"><span style="text-decoration:line-through"><b>old</b></span></a>`,
    `<a href="${OLD}"><b><i><s>old</s></i> </b>\n</a>`,
    `<a href="${OLD}"><b></b><s>old</s></a>`,
    `~~${OLD}~~`,
    `~~Zoom: ${OLD} (old)~~`,
    `~~<a href="${OLD}">old</a>~~`,
    `~~${OLD}/~user~~`,
    `<!-- ${OLD} -->`,
    `<!-- <a href="${OLD}">x</a>\n\n -->`,
    `<!--[if mso]><a href="${OLD}">x</a><![endif]-->`,
  ])('does not count: %s', (struck) => {
    expect(find(`${struck} new: <a href="${NEW}">${NEW}</a>`)).toBe(NEW);
    expect(find(`${struck} new: ${NEW}`)).toBe(NEW);
    expect(find(struck)).toBeNull();
  });
});

describe('a link that is not old', () => {
  it.each([
    `<a href="${NEW}"><b>Room</b> <s>9:00</s></a>`,
    `<a href="${NEW}"><b><s>9:00</s></b> 10:00</a>`,
    `<a href="${NEW}"><b><s>9:00</s> 10:00</b></a>`,
    `<a href="${NEW}">Join</a><s>9:00</s>`,
    `<a href="${NEW}"></a><b><s>9:00</s></b></a>`,
    `~~ ${NEW} ~~`,
    `~~ 9:00 ${NEW}`,
    `~~~\n${NEW}\n~~~`,
    `~~9:00~~ ${NEW} ~~10:00~~`,
    `~${NEW}`,
    `<!-- never closed ${NEW}`,
    `<!-- x --> ${NEW} <!-- y -->`,
    `<!--[if !mso]><!--> ${NEW} <!--<![endif]-->`,
    `<a href="https://docs.test/~~a">x</a> ${NEW} https://docs.test/~~b`,
  ])('counts: %s', (body) => {
    expect(find(body)).toBe(NEW);
  });
});
