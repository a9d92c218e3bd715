import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { isId } from '../platform/ids.ts';
import { absent, all, any, type Condition, differs, equals, exists } from '../store/expression.ts';
import { defineRow, type Fields } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { putRow, updateRow } from '../store/write-row.ts';
import { type ConnectSession, storedConnectSession } from './connect-session.ts';

const sessionRow = defineRow('connect session', 1, storedConnectSession);

const sessionKey = (id: string) => ({ PK: `CONNECT_SESSION#${id}`, SK: 'CONNECT_SESSION' });

/** @returns false when there is a session of that id */
export const insertConnectSession = (table: Table, session: ConnectSession): Promise<boolean> =>
  putRow(table, { ...sessionKey(session.id), ...sessionRow.write(session) }, absent());

/** One read. @returns null when there is none */
export async function loadConnectSession(table: Table, id: string): Promise<ConnectSession | null> {
  if (!isId('cses', id)) return null;
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: sessionKey(id), ConsistentRead: true }),
  );
  return Item ? sessionRow.read(Item) : null;
}

/** The same, for a project: null also when the session belongs to another one. */
export async function findConnectSession(table: Table, projectId: string, id: string): Promise<ConnectSession | null> {
  const session = await loadConnectSession(table, id);
  return session?.project_id === projectId ? session : null;
}

async function change(
  table: Table,
  { id }: Pick<ConnectSession, 'id'>,
  set: Fields<ConnectSession>,
  { remove = [], when }: { remove?: string[]; when: Condition },
): Promise<ConnectSession | null> {
  const { done, row } = await updateRow(table, sessionKey(id), {
    set: sessionRow.writeFields(set),
    remove,
    when: all(exists(), differs('status', 'completed'), when),
  });
  return done ? sessionRow.read(row) : null;
}

/**
 * Begins an authorization request in a browser. The first one takes the session: no other may begin afterwards. What was
 * begun before is given up.
 *
 * @returns null when another browser has the session, or it is completed
 */
export const beginAttempt = (
  table: Table,
  session: ConnectSession,
  { browser_hash, attempt }: Required<Pick<ConnectSession, 'browser_hash' | 'attempt'>>,
): Promise<ConnectSession | null> =>
  change(
    table,
    session,
    { browser_hash, attempt, status: 'open', error: null },
    { remove: ['grant'], when: any(absent('browser_hash'), equals('browser_hash', browser_hash)) },
  );

/** Takes an attempt, so that its answer is used once. @returns false when it was used, or another one has begun */
export async function takeAttempt(table: Table, session: ConnectSession): Promise<boolean> {
  const { done } = await updateRow(table, sessionKey(session.id), {
    remove: ['attempt'],
    when: all(exists(), equals('attempt', session.attempt)),
  });
  return done;
}

/** The user has consented, and has still to choose. */
export const keepGrant = (
  table: Table,
  session: ConnectSession,
  grant: NonNullable<ConnectSession['grant']>,
): Promise<ConnectSession | null> => change(table, session, { grant }, { when: absent('grant') });

/** Takes the grant of a user who has chosen, so that a form that is sent twice connects once. @returns false when it was taken */
export async function takeGrant(table: Table, session: ConnectSession): Promise<boolean> {
  const { done } = await updateRow(table, sessionKey(session.id), {
    remove: ['grant'],
    when: all(exists(), equals('grant', session.grant)),
  });
  return done;
}

/** Notes why a session is not complete, and what it has connected nevertheless. */
export const failSession = (
  table: Table,
  session: ConnectSession,
  { status, error, calendar_ids }: Pick<ConnectSession, 'status' | 'error' | 'calendar_ids'>,
): Promise<ConnectSession | null> =>
  change(table, session, { status, error, calendar_ids }, { remove: ['grant'], when: exists() });

/** @returns null when it was completed before */
export const completeSession = (
  table: Table,
  session: ConnectSession,
  calendar_ids: ConnectSession['calendar_ids'],
): Promise<ConnectSession | null> =>
  change(
    table,
    session,
    { status: 'completed', error: null, calendar_ids },
    { remove: ['grant', 'attempt'], when: exists() },
  );
