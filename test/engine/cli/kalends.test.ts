import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../../infra/cli/run-cli.ts';
import { useStack } from '../../support/use-stack.ts';
import { type Run, runKalends } from './run-kalends.ts';

const stack = useStack();
let local: Record<string, string>;

beforeAll(async () => {
  // As the READY line has them, and nothing else.
  local = { KALENDS_TABLE: stack.local.tableName, AWS_ENDPOINT_URL_DYNAMODB: stack.local.dynamodbEndpoint };
});

const run = (...args: string[]): Promise<Run> => runKalends(args, local);

async function json<Result>(...args: string[]): Promise<Result> {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect({ code, stderr, lines: stdout.split('\n').length }).toEqual({ code: 0, stderr: '', lines: 2 });
  return JSON.parse(stdout) as Result;
}

async function statusWith(apiKey: string): Promise<number> {
  const answer = await fetch(`${stack.local.url}/api/v1/calendars`, { headers: { authorization: `Token ${apiKey}` } });
  await answer.arrayBuffer();
  return answer.status;
}

interface Created {
  project_id: string;
  api_key: string;
}

interface ListedKey {
  key_id: string;
  name: string;
  state: string;
}

describe('projects', () => {
  test('a new project answers exactly its id and a key that the API takes', async () => {
    const created = await json<Created>('project', 'create', 'Acme Rockets');
    expect(Object.keys(created).sort()).toEqual(['api_key', 'project_id']);
    expect(created.project_id).toMatch(/^proj_[A-Za-z0-9]{16}$/);
    expect(await statusWith(created.api_key)).toBe(200);

    const projects = await json<{ project_id: string; name: string }[]>('project', 'list');
    expect(projects).toContainEqual(expect.objectContaining({ project_id: created.project_id, name: 'Acme Rockets' }));
  });

  test('without --json people read the id, the key and that it is not shown again', async () => {
    const { code, stdout } = await run('project', 'create', 'Readable');
    const [, id] = /^Project {2}(proj_\w+)$/m.exec(stdout) ?? [];
    const [, key = ''] = /^API key {2}(\S+)$/m.exec(stdout) ?? [];
    expect(code).toBe(0);
    expect(stdout).toContain('only now');
    expect(await statusWith(key)).toBe(200);
    expect((await run('project', 'list')).stdout).toMatch(new RegExp(`^${id} .* Readable$`, 'm'));
  });
});

describe('keys', () => {
  test('a second key works beside the first, until it is revoked; the first goes on', async () => {
    const project = await json<Created>('project', 'create', 'Two keys');
    const second = await json<Created & { key_id: string }>('key', 'create', project.project_id, '--name', 'worker');
    expect(await statusWith(second.api_key)).toBe(200);
    const before = await json<ListedKey[]>('key', 'list', project.project_id);
    expect(before.map(({ name, state }) => [name, state])).toEqual([
      ['default', 'active'],
      ['worker', 'active'],
    ]);

    await json('key', 'revoke', project.project_id, second.key_id);
    expect(await statusWith(second.api_key)).toBe(401);
    expect(await statusWith(project.api_key)).toBe(200);
    const after = await json<ListedKey[]>('key', 'list', project.project_id);
    expect(after.map(({ key_id, state }) => [key_id === second.key_id, state])).toEqual([
      [false, 'active'],
      [true, 'revoked'],
    ]);
    // Once more changes nothing and is no error, so that a script may repeat it.
    await json('key', 'revoke', project.project_id, second.key_id);
    expect(await statusWith(second.api_key)).toBe(401);
  });

  test('no list and no row of the table has the text of a key, only its SHA-256', async () => {
    const { project_id, api_key } = await json<Created>('project', 'create', 'Secretive');
    const { stdout } = await run('key', 'list', project_id, '--json');
    const client = new DynamoDBClient({
      endpoint: stack.local.dynamodbEndpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const { Items } = await client.send(new ScanCommand({ TableName: stack.local.tableName }));
    client.destroy();
    const hash = createHash('sha256').update(api_key).digest('hex');
    expect(JSON.stringify(Items)).toContain(hash);
    expect(JSON.stringify(Items)).not.toContain(api_key);
    expect(stdout).not.toContain(api_key);
    expect(stdout).not.toContain(hash);
  });

  test("another project's key is not revoked", async () => {
    const mine = await json<Created>('project', 'create', 'Mine');
    const theirs = await json<Created>('project', 'create', 'Theirs');
    const [key] = await json<ListedKey[]>('key', 'list', theirs.project_id);
    const { code, stderr } = await run('key', 'revoke', mine.project_id, key?.key_id ?? '');
    expect(code).toBe(1);
    expect(stderr).toContain(`has no key ${key?.key_id}`);
    expect(await statusWith(theirs.api_key)).toBe(200);
  });
});

describe('limits', () => {
  test('of a project are set, listed and reset', async () => {
    const { project_id } = await json<Created>('project', 'create', 'Limited');
    const limits = async () => (await json<{ limits: object }>('limit', 'list', project_id)).limits;
    expect(await limits()).toEqual({});
    await json('limit', 'set', project_id, 'posts_per_minute', '600');
    await json('limit', 'set', project_id, 'calendars', '7');
    expect(await limits()).toEqual({ posts_per_minute: 600, calendars: 7 });
    expect((await run('limit', 'list', project_id)).stdout).toMatch(/calendars +7\n.*webhooks +default/s);
    await json('limit', 'set', project_id, 'posts_per_minute', 'default');
    expect(await limits()).toEqual({ calendars: 7 });
  });

  test.each([
    ['calendar', '7', 'no limit calendar'],
    ['calendars', '0', 'from 1 to 1000000'],
    ['webhooks', '101', 'from 1 to 100'],
    ['webhooks', '1e1', 'from 1 to 100'],
  ])('%s of %s is refused', async (limit, value, message) => {
    const { project_id } = await json<Created>('project', 'create', 'Wrong');
    const { code, stderr } = await run('limit', 'set', project_id, limit, value);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});

describe('failures', () => {
  const oneLine = /^kalends: [^\n]+\n$/;

  test.each([
    ['key create proj_0000000000000000', 'no project proj_0000000000000000'],
    ['key list proj_0000000000000000', 'no project proj_0000000000000000'],
    ['key revoke proj_0000000000000000 key_0000000000000000', 'has no key key_0000000000000000'],
  ])('%s says what is missing, in one line, with exit code 1', async (line, message) => {
    const { code, stdout, stderr } = await run(...line.split(' '), '--json');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(oneLine);
    expect(stderr).toContain(message);
  });

  test.each([
    [[]],
    [['project']],
    [['project', 'destroy']],
    [['project', 'create']],
    [['project', 'create', ' ']],
    [['project', 'create', 'two', 'names']],
    [['project', 'list', '--name', 'x']],
    [['key', 'create', 'proj_x', '--name', '']],
    [['project', 'list', '--jsn']],
  ])('%j is a wrong command line: exit code 2 and nothing on stdout', async (args) => {
    const { exitCode, stdout, stderr } = await runCli(args, local);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(oneLine);
  });

  test('--help names every command and needs no Kalends', async () => {
    const { exitCode, stdout, stderr } = await runCli(['--help'], {});
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const words of [
      'project create',
      'project list',
      'key create',
      'key list',
      'key revoke',
      'limit list',
      'limit set',
      '--json',
    ]) {
      expect(stdout).toContain(words);
    }
  });

  test('the exit code reaches the shell', async () => {
    expect(await runKalends(['project', 'destroy'], {})).toMatchObject({ code: 2, stdout: '' });
    expect(await runKalends(['--help'], {})).toMatchObject({ code: 0, stderr: '' });
  });

  test.each([
    [{}, 'set AWS_REGION'],
    [{ KALENDS_TABLE: 'Table', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' }, 'nothing answers'],
  ])('with %j it says what to set', async (env, message) => {
    const { code, stdout, stderr } = await runKalends(['project', 'list'], env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(oneLine);
    expect(stderr).toContain(message);
  });
});

describe('a deployed stack', () => {
  let cloudFormation: Server;
  const asked: (string | null)[] = [];
  let deployed: Record<string, string>;

  const answerXml = (stackName: string | null): { status: number; xml: string } => {
    if (stackName === 'Other') {
      const message = '<Message>Stack with id Other does not exist</Message>';
      const error = `<Error><Type>Sender</Type><Code>ValidationError</Code>${message}</Error>`;
      return { status: 400, xml: `<ErrorResponse>${error}</ErrorResponse>` };
    }
    const output = (key: string, value: string): string =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`;
    const outputs = output('ApiUrl', 'https://api.example.com') + output('TableName', stack.local.tableName);
    const member = `<member><StackName>${stackName}</StackName><Outputs>${outputs}</Outputs></member>`;
    const result = `<DescribeStacksResult><Stacks>${member}</Stacks></DescribeStacksResult>`;
    return { status: 200, xml: `<DescribeStacksResponse>${result}</DescribeStacksResponse>` };
  };

  beforeAll(async () => {
    cloudFormation = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        const stackName = new URLSearchParams(body).get('StackName');
        asked.push(stackName);
        const { status, xml } = answerXml(stackName);
        response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
      });
    });
    await new Promise<void>((resolve) => cloudFormation.listen(0, '127.0.0.1', resolve));
    deployed = {
      AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${(cloudFormation.address() as AddressInfo).port}`,
      AWS_ENDPOINT_URL_DYNAMODB: stack.local.dynamodbEndpoint,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    };
  });

  afterAll(() => {
    cloudFormation.closeAllConnections();
    cloudFormation.close();
  });

  test.each([
    [[], {}, 'Kalends'],
    [[], { KALENDS_STACK: 'Staging' }, 'Staging'],
    [['--stack', 'Production'], { KALENDS_STACK: 'Staging', KALENDS_TABLE: 'ignored' }, 'Production'],
  ])('with %j and %j the table is the one in the outputs of %s', async (args, env, expected) => {
    const { code, stdout } = await runKalends(['project', 'list', '--json', ...args], { ...deployed, ...env });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ project_id: stack.local.projectId }));
    expect(asked.at(-1)).toBe(expected);
  });

  test('a stack that does not exist is named, with what to do', async () => {
    const { code, stderr } = await runKalends(['project', 'list', '--stack', 'Other'], deployed);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^kalends: Stack with id Other does not exist: .*--stack NAME.*\n$/);
  });
});
