import { expect, it, onTestFinished } from 'vitest';
import { usualMailboxesPerMinute } from '../../shared/organizations/organization.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { authorizeDelegation } from '../../shared/providers/google/google-delegation.ts';
import { cloudProject, startOrganizationWorld } from '../support/organization-world.ts';
import { useStackWithOwnTable } from '../support/use-stack.ts';

/** 10,000 is the full size. The quota of the app and the pace shrink with it, so that the time stays the same. */
const fullSize = 10_000;
const mailboxes = Number(process.env['KALENDS_MAILBOXES'] ?? 60);
/** Mailboxes are connected 25 at a time, which have to be a small part of what a minute allows. */
const scale = Math.max(mailboxes, 500) / fullSize;
const minute = 60_000;

const stack = useStackWithOwnTable('organization-pace');

it.each(['google', 'microsoft'] as const)(
  'connects and syncs an organization of %s in less than ten minutes, without a refusal of its quota',
  { timeout: 10_800_000 },
  async (platform) => {
    const began = performance.now();
    const world = await startOrganizationWorld(stack, platform, mailboxes);
    const { google, microsoft, answers } = world;
    google.switches.quota = { project: fullSize * scale, user: 600 };
    microsoft.switches.quota = { mailbox: 10_000, application: 130_000 * scale };
    const others = platform === 'google' ? await addOthers(world) : () => 0;
    await world.connect(usualMailboxesPerMinute * scale);
    // The full size takes long.
    const shown = setInterval(() => {
      const synced = [...answers].flatMap(([answer, count]) =>
        answer.startsWith('list ') ? [`${answer}: ${count}`] : [],
      );
      process.stdout.write(
        `${platform} after ${Math.round((performance.now() - began) / 1000)} s: ${synced.join(', ')}\n`,
      );
    }, 5 * minute);
    onTestFinished(() => clearInterval(shown));
    const took = await world.runFor(10 * minute);

    const following = (await world.read())?.following;
    expect(following).toMatchObject({
      error: null,
      progress: { discovered: mailboxes, connected: mailboxes, waiting: 0, failed: {} },
    });
    expect(took).toBeLessThan(10 * minute);
    const calendars = await world.calendars();
    expect(calendars).toHaveLength(mailboxes);
    const lacking = calendars.filter(
      ({ calendar, sync }) => calendar.state !== 'connected' || !sync.last_successful_sync_at || !sync.push.channel,
    );
    expect(lacking).toEqual([]);
    expect(platform === 'google' ? google.channels.size : microsoft.subscriptions.size).toBe(mailboxes);
    // No one was refused, neither the organization nor the others.
    const refused = [...answers].filter(([answer]) => !/ 20[0-4]$/.test(answer));
    expect(refused).toEqual([]);
    const counted = [...answers].map(([answer, count]) => `${answer}: ${count}`).join(', ');
    const times = `${Math.round(took / 1000)} s of simulated time, ${Math.round((performance.now() - began) / 1000)} s`;
    process.stdout.write(`${platform}, ${mailboxes} mailboxes: ${times}; ${counted}; of others ${others()}\n`);
    await world.close();
  },
);

/** Users of the same Google Cloud project, by whom it is used already: 30 % of its quota. */
async function addOthers({ google, others, now }: Awaited<ReturnType<typeof startOrganizationWorld>>) {
  const organization = google.addOrganization({ domain: 'other.example', projectId: cloudProject });
  const key = google.addServiceAccountKey(organization);
  const perSecond = (0.3 * fullSize * scale) / 60;
  const tokens = await Promise.all(
    Array.from({ length: Math.ceil(perSecond / 9) }, async (_, index) => {
      const subject = `user${index}@other.example`;
      google.addCalendar(google.addAccount({ email: subject }));
      const access = { subject, purpose: 'calendar' } as const;
      return (await authorizeDelegation({ oauthUrl: google.url, clock: createClock(now) }, key, access)).token;
    }),
  );
  let [due, requests] = [0, 0];
  others.push(async () => {
    due += perSecond;
    const count = Math.floor(due) - requests;
    const works = Array.from({ length: count }, async (_, index) => {
      const headers = { authorization: `Bearer ${tokens[(requests + index) % tokens.length]}` };
      const answer = await fetch(`${google.url}/calendar/v3/calendars/primary/events`, { headers });
      await answer.arrayBuffer();
    });
    requests += count;
    await Promise.all(works);
  });
  return () => requests;
}
