import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../infra/config.ts';
import { Alarms } from '../../../infra/kit/alarms.ts';
import { EncryptionKey } from '../../../infra/kit/encryption-key.ts';
import { fromSettings } from '../../../infra/kit/from-settings.ts';
import { KalendsFunction, type KalendsFunctionProps } from '../../../infra/kit/kalends-function.ts';
import { KalendsTable } from '../../../infra/kit/kalends-table.ts';
import { SigningSecret } from '../../../infra/kit/signing-secret.ts';
import { WorkQueue } from '../../../infra/kit/work-queue.ts';
import { emptyBundles } from './synthesize-stack.ts';

/** Stands for the type of a function's `env.ts`. */
interface Env {
  TABLE_NAME: string;
  GOOGLE_SYNC_QUEUE_URL: string;
  BOT_LEAD_SECONDS: string;
}

type Environment = KalendsFunctionProps<Env>['environment'];

function createParts() {
  const stack = new Stack(new App(), 'Parts', { env: { region: 'eu-central-1' } });
  const settings = readSettings({ botLeadSeconds: 7 }, undefined);
  const key = new EncryptionKey(stack, 'EncryptionKey');
  const alarms = new Alarms(stack, 'Alarms', { key, email: undefined });
  const table = new KalendsTable(stack, 'Table', { key, alarms });
  const queue = new WorkQueue(stack, 'GoogleSyncQueue', {
    alarms,
    workerTimeoutMs: 10_000,
    deadLetterImpact: 'Nothing is hurt by a message of this test.',
    backlog: { errorImpact: 'Nothing is hurt by a backlog of this test.', above: Duration.minutes(1) },
  });
  return { stack, settings, key, alarms, table, queue, signing: new SigningSecret(stack, 'SigningSecret') };
}

/** A stack with one function, synthesized. */
function synthesize(): Template {
  const { stack, settings, alarms, table, queue } = createParts();
  new KalendsFunction<Env>(stack, 'api-service', {
    foundation: { settings, bundles: emptyBundles(), alarms },
    errorImpact: 'Nothing is hurt by a function of this test.',
    timeoutMs: 10_000,
    environment: (fn) => ({
      ...table.allow(fn, 'GetItem'),
      ...queue.allowSend(fn),
      ...fromSettings(fn, settings, 'BOT_LEAD_SECONDS'),
    }),
  });
  return Template.fromStack(stack);
}

const template = synthesize();

describe('a grant', () => {
  it('sets the variable of a function and allows its use', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          TABLE_NAME: { Ref: 'Table' },
          GOOGLE_SYNC_QUEUE_URL: { Ref: 'GoogleSyncQueue' },
          BOT_LEAD_SECONDS: '7',
        },
      },
    });
    const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    expect(policies).toContain('"dynamodb:GetItem"');
    expect(policies).toContain('"sqs:SendMessage"');
  });

  it('does not compile for a function whose environment does not ask for it', () => {
    const { settings, table, queue, key, signing } = createParts();
    const foreign: Environment[] = [
      // @ts-expect-error: Env has no KEY_ARN.
      (fn) => ({ ...rest(fn), ...key.allowSeal(fn, 'answer') }),
      // @ts-expect-error: Env has no SIGNING_SECRET.
      (fn) => ({ ...rest(fn), ...signing.allowSign(fn) }),
      // @ts-expect-error: Env has no EVENT_RETENTION_DAYS.
      (fn) => ({ ...rest(fn), ...fromSettings(fn, settings, 'EVENT_RETENTION_DAYS') }),
    ];
    const rest: Environment = (fn) => ({
      ...table.allow(fn, 'GetItem'),
      ...queue.allowSend(fn),
      ...fromSettings(fn, settings, 'BOT_LEAD_SECONDS'),
    });
    expect(foreign).toHaveLength(3);
  });
});

describe('the environment of a function', () => {
  it('does not compile without one of its variables', () => {
    const { settings, table, queue } = createParts();
    const incomplete: Environment[] = [
      // @ts-expect-error: TABLE_NAME is missing.
      (fn) => ({ ...queue.allowSend(fn), ...fromSettings(fn, settings, 'BOT_LEAD_SECONDS') }),
      // @ts-expect-error: GOOGLE_SYNC_QUEUE_URL is missing.
      (fn) => ({ ...table.allow(fn, 'GetItem'), ...fromSettings(fn, settings, 'BOT_LEAD_SECONDS') }),
      // @ts-expect-error: BOT_LEAD_SECONDS is missing.
      (fn) => ({ ...table.allow(fn, 'GetItem'), ...queue.allowSend(fn) }),
    ];
    expect(incomplete).toHaveLength(3);
  });

  it('does not compile with the name of a resource that was not granted', () => {
    const { settings, table, queue } = createParts();
    const ungranted: Environment = (fn) => ({
      // @ts-expect-error: this name comes without a grant.
      TABLE_NAME: table.name,
      ...queue.allowSend(fn),
      ...fromSettings(fn, settings, 'BOT_LEAD_SECONDS'),
    });
    expect(ungranted).toBeTypeOf('function');
  });
});
