import { beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../../shared/platform/aws/aws-error.ts';
import { createAwsJsonClient } from '../../../../shared/platform/aws/aws-json-client.ts';

const env = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKID',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'session',
};
type Answer = { status: number; body?: string } | Error;

let requests: { url: string; headers: Record<string, string>; body: string }[];
let pauses: number[];
let answers: Answer[];
beforeEach(() => {
  requests = [];
  pauses = [];
  answers = [];
});

const client = (given: Record<string, string | undefined> = env) =>
  createAwsJsonClient(
    { name: 'sqs', variable: 'AWS_ENDPOINT_URL_SQS', target: 'AmazonSQS', jsonVersion: '1.0' },
    {
      env: given,
      now: () => Date.parse('2026-05-04T10:00:00Z'),
      random: () => 0.5,
      pause: async (milliseconds) => void pauses.push(milliseconds),
      fetch: async (url, init) => {
        requests.push({
          url: (url as URL).href,
          headers: init?.headers as Record<string, string>,
          body: init?.body as string,
        });
        const answer = answers.shift() ?? { status: 200 };
        if (answer instanceof Error) throw answer;
        return new Response(answer.body ?? '{}', { status: answer.status });
      },
    },
  );
const refusal = (status: number, code: string): Answer => ({
  status,
  body: JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message: 'no' }),
});

describe('a call of AWS', () => {
  it('is a signed POST of JSON to the endpoint of the region', async () => {
    answers = [{ status: 200, body: '{"MessageId":"1"}' }];
    expect(await client()('SendMessage', { MessageBody: 'ä' })).toEqual({ MessageId: '1' });
    expect(requests).toEqual([
      {
        url: 'https://sqs.eu-central-1.amazonaws.com/',
        body: '{"MessageBody":"ä"}',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'AmazonSQS.SendMessage',
          'x-amz-date': '20260504T100000Z',
          'x-amz-security-token': 'session',
          authorization: expect.stringMatching(
            /^AWS4-HMAC-SHA256 Credential=AKID\/20260504\/eu-central-1\/sqs\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=[0-9a-f]{64}$/,
          ),
        },
      },
    ]);
  });

  it.each([
    ['in China', { AWS_REGION: 'cn-north-1' }, 'https://sqs.cn-north-1.amazonaws.com.cn/'],
    ['with an endpoint', { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:4566' }, 'http://127.0.0.1:4566/'],
  ])('goes to the right address %s', async (_case, more, url) => {
    await client({ ...env, ...more })('SendMessage', {});
    expect(requests[0]?.url).toBe(url);
  });

  it.each([
    ['an error of AWS', refusal(500, 'InternalFailure')],
    ['an unreadable error of a proxy', { status: 503, body: '<html>' }],
    ['throttling', refusal(400, 'ThrottlingException')],
    ['throttling of SQS', refusal(403, 'RequestThrottled')],
    ['too many requests', refusal(429, 'Other')],
    ['no answer', new TypeError('fetch failed')],
    ['a time-out', new DOMException('too late', 'TimeoutError')],
  ])('is repeated after %s', async (_case, answer) => {
    answers = [answer];
    expect(await client()('SendMessage', {})).toEqual({});
    expect(requests).toHaveLength(2);
  });

  it('is made three times at most, with growing pauses, and then fails with the code of AWS', async () => {
    answers = [refusal(500, 'InternalFailure'), refusal(500, 'InternalFailure'), refusal(500, 'InternalFailure')];
    const failed = client()('SendMessage', {});
    await expect(failed).rejects.toBeInstanceOf(AwsError);
    await expect(failed).rejects.toMatchObject({ name: 'InternalFailure', message: 'no', status: 500 });
    expect(requests).toHaveLength(3);
    expect(pauses).toEqual([50, 100]);
  });

  it('that failed without an answer keeps its cause', async () => {
    const cause = new TypeError('fetch failed');
    answers = [cause, cause, cause];
    await expect(client()('SendMessage', {})).rejects.toMatchObject({ name: 'NoAnswer', status: 0, cause });
  });

  it.each(['QueueDoesNotExist', 'AccessDeniedException', 'InvalidParameterValue'])(
    'is not repeated after %s',
    async (code) => {
      answers = [refusal(400, code)];
      await expect(client()('SendMessage', {})).rejects.toMatchObject({ name: code });
      expect(requests).toHaveLength(1);
    },
  );

  it.each(['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])('names a missing %s', async (name) => {
    const call = async () => client({ ...env, [name]: undefined })('SendMessage', {});
    await expect(call()).rejects.toThrow(`environment: ${name}`);
    expect(requests).toEqual([]);
  });
});
