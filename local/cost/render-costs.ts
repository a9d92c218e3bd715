import { type Charges, chargesOfOne, monthOf, profiles, totalOf } from './cost-model.ts';
import { measuredCounts } from './measured-counts.ts';
import { pricedOn } from './prices.ts';
import type { Standing } from './standing-costs.ts';

const sizes = [1_000, 100_000, 1_000_000] as const;
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const dollars = (amount: number): string => `$${amount < 0.1 ? amount.toFixed(4) : amount.toFixed(2)}`;
const thousands = (amount: number): string => (amount < 100 ? dollars(amount) : `$${whole.format(amount)}`);

const largest = (charges: Charges, count: number): [string, number][] =>
  Object.entries(charges)
    .sort(([, one], [, other]) => other - one)
    .slice(0, count);

const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: string[], rows: string[][]): string[] => [
  row(...head),
  row(...head.map(() => '---')),
  ...rows.map((cells) => row(...cells)),
];

/** The figures of `docs/cost.md`, in Markdown. */
export function renderCosts(standing: Standing): string {
  const typical = monthOf(profiles[1], 100_000, standing);
  return [
    `Prices of us-east-1, ${pricedOn}. Counts of the table are measured by \`test/engine/costs/costs.test.ts\`.`,
    '',
    '### A month',
    '',
    ...table(
      ['calendars', ...profiles.map(({ name, changes }) => `${name} (${changes} changes a day)`)],
      sizes.map((calendars) => [
        whole.format(calendars),
        ...profiles.map((profile) => {
          const total = totalOf(monthOf(profile, calendars, standing));
          return `${thousands(total)}, ${dollars(total / calendars)} each`;
        }),
      ]),
    ),
    '',
    `A stack without calendars costs ${dollars(totalOf(monthOf(profiles[0], 0, standing)))} a month. The first sync of a`,
    `calendar with 1,000 events costs ${dollars(totalOf(chargesOfOne('firstSync', standing)))}.`,
    '',
    '### What else happens',
    '',
    ...table(
      ['once a day, for a calendar', 'a month'],
      [
        ['a change of a title, with its webhook', 'change'] as const,
        ['a notification that brings nothing', 'duplicate'] as const,
        ['a page of a hundred small events', 'page'] as const,
      ].map(([what, name]) => [what, `$${(30 * totalOf(chargesOfOne(name, standing))).toFixed(5)}`]),
    ),
    '',
    '### What 100,000 typical calendars are charged for',
    '',
    ...table(
      ['line', 'a month', 'of a calendar'],
      largest(typical, 20)
        .filter(([, amount]) => amount >= 0.01)
        .map(([name, amount]) => [name, thousands(amount), `$${(amount / 100_000).toFixed(5)}`]),
    ),
    '',
    '### Units of the table',
    '',
    ...table(
      ['what', 'write units', 'read units', 'requests'],
      Object.entries(measuredCounts).map(([what, { writes, reads, requests }]) => [
        what,
        whole.format(writes),
        whole.format(reads),
        whole.format(requests),
      ]),
    ),
    '',
    '### What stands',
    '',
    ...table(
      ['line', 'a month'],
      Object.entries(monthOf(profiles[0], 0, standing))
        .filter(([, amount]) => amount >= 0.01)
        .map(([name, amount]) => [name, dollars(amount)]),
    ),
  ].join('\n');
}
