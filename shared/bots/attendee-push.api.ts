import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import type { Logger } from '../platform/create-logger.ts';
import type { Envelope } from '../platform/envelope.ts';
import { isId } from '../platform/ids.ts';
import { parseTimestamp } from '../platform/timestamp.ts';
import { botStates } from './bot.ts';
import type { BotSettings } from './bot-settings.ts';
import { type FollowRunnerDeps, followRunner } from './follow-runner.ts';
import { isAttendeeSignature } from './runners/verify-attendee.ts';

export interface FollowAttendeeDeps extends FollowRunnerDeps {
  readSettings: (projectId: string) => Promise<BotSettings>;
  envelope: Pick<Envelope, 'open'>;
  logger: Pick<Logger, 'error' | 'info' | 'warn'>;
}

/** The fields we read. States before `joining` are ours, so the server cannot report them. */
const bodySchema = z.object({
  trigger: z.literal('bot.state_change'),
  bot_id: z.string(),
  bot_metadata: z.object({ kalends_bot_id: z.string(), kalends_hand_off_id: z.string().optional() }),
  data: z.object({
    event_type: z.string().max(100),
    event_sub_type: z.string().max(100).nullish(),
    new_state: z.enum(botStates).exclude(['scheduled', 'staged']),
    created_at: z.string(),
  }),
});

/** Reports are far smaller. A larger body is not hashed, and costs no read. */
const largestBody = 262_144;

const accepted: APIGatewayProxyStructuredResultV2 = { statusCode: 204 };

/**
 * Receives a webhook of the Attendee server that runs a project's bots. Verifies the signature and applies the reported
 * state to the bot. Unknown, forged and irrelevant requests get the same answer and do nothing. Only a failure of
 * Kalends is a 503, after which the server repeats the request.
 */
export const createFollowAttendee =
  (deps: FollowAttendeeDeps) =>
  async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const projectId = event.pathParameters?.project ?? '';
    if (!isId('proj', projectId) || (event.body ?? '').length > largestBody) return accepted;
    try {
      const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
      if (await isGenuine(deps, projectId, event.headers['x-webhook-signature'] ?? '', body)) {
        await applyReport(deps, projectId, body);
      }
      return accepted;
    } catch (error) {
      deps.logger.error('reported bot state not applied', { project_id: projectId, error: error as Error });
      return { statusCode: 503 };
    }
  };

async function isGenuine(
  { readSettings, envelope }: FollowAttendeeDeps,
  project: string,
  signature: string,
  body: Buffer,
): Promise<boolean> {
  const sealed = (await readSettings(project)).attendee?.webhook_secret;
  if (sealed == null || signature === '') return false;
  const secret = await envelope.open({ purpose: 'bot_runner', project, owner: project }, sealed);
  return isAttendeeSignature(secret, signature, body);
}

async function applyReport(deps: FollowAttendeeDeps, projectId: string, body: Buffer): Promise<void> {
  const parsed = bodySchema.safeParse(parseJson(body));
  const at = parsed.data && parseTimestamp(parsed.data.data.created_at);
  if (!parsed.data || !at) return;
  const { bot_id: remoteId, bot_metadata: names, data } = parsed.data;
  await followRunner(deps, projectId, names.kalends_bot_id, {
    state: data.new_state,
    event: {
      type: data.event_type,
      ...(data.event_sub_type && { sub_type: data.event_sub_type }),
      created_at: at,
    },
    from: 'attendee',
    remoteId,
    handOffId: names.kalends_hand_off_id,
  });
}

/** @returns undefined when it is no JSON: another body that the server has signed */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
