import { at, ids, type RowExamples, sealed } from './example-values.ts';

const id = 'orgc_AbCdEfGhIjKlMn09';

/** Rows of connections of organizations. */
export const organizationRows: RowExamples = {
  organization: {
    key: [`PROJECT#${ids.project}`, `ORGANIZATION#${id}`],
    value: {
      id,
      project_id: ids.project,
      platform: 'google',
      identity: {
        platform: 'google',
        client_email: 'kalends@acme.iam.gserviceaccount.com',
        client_id: '100000000000000000001',
        private_key_id: '0123456789abcdef',
        quota_project: 'acme',
        admin_subject: 'admin@example.com',
        private_key: sealed,
      },
      choice: { kind: 'group', group: 'all@example.com' },
      mailboxes_per_minute: 1200,
      intent: 'follow',
      metadata: { customer: 'acme' },
      deduplication_key: 'acme',
      created_at: at(1),
      updated_at: at(2),
    },
  },
  'following of an organization': {
    key: [`ORGANIZATION#${id}`, 'FOLLOWING'],
    value: {
      version: 7,
      discovery: {
        number: 3,
        step: 'reading',
        position: 'link',
        seen: 99,
        idle_pages: 0,
        is_whole: true,
        previous: 2,
        least: 2,
        completed_at: at(1),
      },
      progress: { discovered: 120, connected: 90, waiting: 20, failed: { account_disabled: 10 } },
      error: { code: 'key_refused', provider_code: 'invalid_grant', message: 'Invalid JWT Signature.', since: at(2) },
      retry_at: at(4),
      looked_at: at(3),
      failures: 1,
    },
  },
  'mailbox of an organization': {
    key: [`ORGANIZATION#${id}`, 'MAILBOX#110000000000000000001'],
    value: {
      user_id: '110000000000000000001',
      mailbox: 'ada@example.com',
      email: 'ada@example.com',
      status: 'failed',
      account_id: 'acct_AbCdEfGhIjKlMn10',
      failure: {
        code: 'account_disabled',
        provider_code: 'invalid_grant',
        message: 'Invalid email or User ID',
        since: at(2),
      },
      tries: 2,
      try_at: at(4),
      seen: 3,
    },
  },
  'users of an organization': {
    key: [`ORGANIZATION#${id}`, 'USERS'],
    value: { users: ['ada@example.com', 'bob@example.com'] },
  },
  'access of an organization': {
    key: [`ORGANIZATION#${id}`, 'ACCESS_TOKEN'],
    value: { sealed, expires_at: at(4), refreshing_until: at(3) },
  },
  'organization look-up': {
    key: [`DEDUPLICATION#${ids.project}#ORGANIZATION#${'0'.repeat(64)}`, 'DEDUPLICATION'],
    value: { organization_id: id },
  },
  pace: { key: [`PACE#${'0'.repeat(64)}`, 'PACE'], value: { next_at: 1_795_000_000_000 } },
};
