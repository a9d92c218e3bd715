/** A value of a kind, with something in every field, and the key of its row. */
export type RowExamples = Record<string, { key: [PK: string, SK: string]; value: Record<string, unknown> }>;

export const at = (second: number): string => `2026-11-27T09:00:${String(second).padStart(2, '0')}.000007Z`;
/** Ids that look like real ones. */
export const ids = {
  calendar: 'cal_AbCdEfGhIjKlMn01',
  event: 'evt_AbCdEfGhIjKlMn02',
  bot: 'bot_AbCdEfGhIjKlMn03',
  project: 'proj_AbCdEfGhIjKlMn04',
  webhook: 'webhook_AbCdEfGhIjKlMn05',
  key: 'key_AbCdEfGhIjKlMn07',
  account: 'acct_AbCdEfGhIjKlMn08',
};
export const sealed = 'v1.d3JhcHBlZA.aXY.Y2lwaGVydGV4dA';
export const uuid = '0b8f0f4e-7f0a-4c39-9f3c-6f2f5c9d1a2b';
export const expires_at = 1_800_000_000;
