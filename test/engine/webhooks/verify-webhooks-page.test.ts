import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeWebhook } from '../../../shared/webhooks/sign.ts';
import { readDocBlock } from '../../support/read-doc-block.ts';
import { createNotification, secret } from '../../support/webhook-fixtures.ts';
import { createFlippedSamples, createSamples, type Sample } from './signed-samples.ts';
import { say, startReceiver } from './start-receiver.ts';

const root = join(import.meta.dirname, '../../..');
const page = 'verify-webhooks.md';
const timeout = 180_000;

const has = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0;
const hasPython = has('python3', '--version');
const hasGo = has('go', 'version');
const hasBash = has('bash', '--version') && has('openssl', 'version');
const hasCurl = hasBash && has('curl', '--version');

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A new folder with these files; blocks of the page have `true` for their content. */
function createFolder(files: Record<string, string | true>): string {
  const folder = mkdtempSync(join(tmpdir(), 'kalends-snippets-'));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content === true ? readDocBlock(page, path) : content);
  }
  return folder;
}

/** Verdicts of a verifier on a sample; null for a scheme that it does not have. */
type Verdict = Record<keyof Sample['genuine'], boolean | null>;

/** Runs a program that reads samples as JSON and writes its verdicts. */
async function runVerifier(command: string, args: string[], cwd: string, samples: Sample[]): Promise<Verdict[]> {
  const child = spawn(command, args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  const said = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const given = samples.map((sample) => ({
    secret: sample.secret,
    headers: sample.headers,
    body: sample.body.toString('base64'),
  }));
  child.stdin.end(JSON.stringify(given));
  const [stdout, stderr, [status]] = await said;
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Verdict[];
}

/** Samples that a verifier judged wrongly. */
const findWrong = (samples: Sample[], verdicts: Verdict[]) =>
  samples.flatMap(({ kind, genuine, headers, secret: key, body }, index) => {
    const verdict = verdicts[index];
    const isRight = (['standard', 'body', 'parsed'] as const).every(
      (scheme) => (verdict?.[scheme] ?? genuine[scheme]) === genuine[scheme],
    );
    return isRight ? [] : [{ kind, genuine, verdict, headers, key, body: body.toString() }];
  });

const verifiers = [
  {
    name: 'Node.js',
    isThere: true,
    schemes: ['standard', 'body', 'parsed'],
    run: (samples: Sample[]) => {
      const program = `
        import { verifyBody, verifyParsedBody, verifyWebhook } from './verify-webhook.mjs';
        import { json } from 'node:stream/consumers';
        const holds = (check) => { try { return check(); } catch { return false; } };
        console.log(JSON.stringify((await json(process.stdin)).map(({ secret, headers: given, body }) => {
          const bytes = Buffer.from(body, 'base64');
          const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
          const signature = headers['x-webhook-signature'];
          return {
            standard: verifyWebhook(secret, headers, bytes),
            body: verifyBody(secret, signature, bytes),
            parsed: holds(() => verifyParsedBody(secret, signature, JSON.parse(bytes))),
          };
        })));`;
      const folder = createFolder({ 'verify-webhook.mjs': true, 'main.mjs': program });
      return runVerifier(process.execPath, ['main.mjs'], folder, samples);
    },
  },
  {
    name: 'Node.js with standardwebhooks',
    isThere: true,
    schemes: ['standard'],
    run: (samples: Sample[]) => {
      // From the root, which has the package.
      const program = `${readDocBlock(page, 'verify-with-package.mjs')}
        const { json } = await import('node:stream/consumers');
        const isGenuine = (...given) => { try { return readWebhook(...given) !== undefined; } catch { return false; } };
        console.log(JSON.stringify((await json(process.stdin)).map(({ secret, headers, body }) => (
          { standard: isGenuine(secret, headers, Buffer.from(body, 'base64')), body: null, parsed: null }
        ))));`;
      return runVerifier(process.execPath, ['--input-type=module', '--eval', program], root, samples);
    },
  },
  {
    name: 'Python',
    isThere: hasPython,
    schemes: ['standard', 'body', 'parsed'],
    run: (samples: Sample[]) => {
      const program = [
        'import base64, json, sys',
        'from verify_webhook import verify_body, verify_parsed_body, verify_webhook',
        'def verdict(sample):',
        '    secret, headers, body = sample["secret"], sample["headers"], base64.b64decode(sample["body"])',
        '    signature = headers.get("X-Webhook-Signature", "")',
        '    try:',
        '        parsed = verify_parsed_body(secret, signature, json.loads(body))',
        '    except ValueError:',
        '        parsed = False',
        '    standard = verify_webhook(secret, headers, body)',
        '    return {"standard": standard, "body": verify_body(secret, signature, body), "parsed": parsed}',
        'print(json.dumps([verdict(sample) for sample in json.load(sys.stdin)]))',
      ].join('\n');
      const folder = createFolder({ 'verify_webhook.py': true, 'main.py': program });
      return runVerifier('python3', ['main.py'], folder, samples);
    },
  },
  {
    name: 'Go',
    isThere: hasGo,
    schemes: ['standard', 'body'],
    run: (samples: Sample[]) => {
      const program = `package main
        import ("encoding/json"; "net/http"; "os"; "example/webhooks")
        type sample struct { Secret string; Headers map[string]string; Body []byte }
        type verdict struct { Standard bool \`json:"standard"\`; Body bool \`json:"body"\`; Parsed *bool \`json:"parsed"\` }
        func main() {
          var samples []sample
          if err := json.NewDecoder(os.Stdin).Decode(&samples); err != nil { panic(err) }
          verdicts := []verdict{}
          for _, one := range samples {
            header := http.Header{}
            for name, value := range one.Headers { header.Set(name, value) }
            standard := webhooks.VerifyWebhook(one.Secret, header, one.Body) == nil
            body := webhooks.VerifyBody(one.Secret, header.Get("X-Webhook-Signature"), one.Body) == nil
            verdicts = append(verdicts, verdict{standard, body, nil})
          }
          if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil { panic(err) }
        }`;
      const folder = createFolder({
        'go.mod': 'module example\n\ngo 1.20\n',
        'main.go': program,
        'webhooks/verify.go': readDocBlock(page, 'verify.go'),
      });
      return runVerifier('go', ['run', '.'], folder, samples);
    },
  },
];

describe.each(verifiers)('the documented verifier in $name', ({ isThere, run, schemes }) => {
  it.skipIf(!isThere)('accepts genuine webhooks, during a rotation, too, and nothing else', { timeout }, async () => {
    const samples = createSamples(20);
    const verdicts = await run(samples);
    expect(verdicts).toHaveLength(samples.length);
    expect(Object.keys(verdicts[0] ?? {}).filter((name) => verdicts[0]?.[name as keyof Verdict])).toEqual(schemes);
    expect(findWrong(samples, verdicts)).toEqual([]);
  });

  it.skipIf(!isThere)('refuses a webhook when any one bit was changed', { timeout }, async () => {
    const samples = createFlippedSamples();
    expect(samples.length).toBeGreaterThan(2000);
    expect(findWrong(samples, await run(samples))).toEqual([]);
  });
});

describe('the documented script that verifies', () => {
  const verify = async (sample: Sample, withBodySignature: boolean): Promise<boolean> => {
    const folder = createFolder({ 'verify-webhook.sh': true });
    writeFileSync(join(folder, 'body.json'), sample.body);
    const { headers } = sample;
    const env = {
      PATH: process.env['PATH'],
      SECRET: sample.secret,
      ID: headers['webhook-id'] ?? '',
      TIMESTAMP: headers['webhook-timestamp'] ?? '',
      SIGNATURES: headers['webhook-signature'] ?? '',
      ...(withBodySignature && { BODY_SIGNATURE: headers['X-Webhook-Signature'] }),
    };
    try {
      const { stdout } = await promisify(execFile)('bash', ['verify-webhook.sh', 'body.json'], { cwd: folder, env });
      return stdout === 'accepted\n';
    } catch (error) {
      if ((error as { stderr?: string }).stderr?.startsWith('refused: ')) return false;
      throw error;
    }
  };

  it.skipIf(!hasBash)('accepts genuine webhooks and nothing else', { timeout }, async () => {
    for (const sample of createSamples(2)) {
      const { kind, genuine } = sample;
      const said = [await verify(sample, false), await verify(sample, true)];
      expect([kind, ...said]).toEqual([kind, genuine.standard, genuine.standard && genuine.body]);
    }
  });

  it.skipIf(!hasBash)('refuses a webhook when one bit was changed', { timeout }, async () => {
    const samples = createFlippedSamples().filter(({ genuine }) => !genuine.standard);
    const some = samples.filter((_, index) => index % Math.ceil(samples.length / 60) === 0);
    for (const sample of some) expect([sample.kind, await verify(sample, false)]).toEqual([sample.kind, false]);
  });

  it.skipIf(!hasBash)('runs no command in a header', { timeout }, async () => {
    const [sample] = createSamples(1);
    if (!sample) throw new Error('no sample');
    const folder = mkdtempSync(join(tmpdir(), 'kalends-snippets-'));
    folders.push(folder);
    const command = `x[$(touch ${folder}/ran)]`;
    for (const name of ['webhook-timestamp', 'webhook-id', 'webhook-signature']) {
      const headers = { ...sample.headers, [name]: command };
      expect(await verify({ ...sample, headers }, false)).toBe(false);
    }
    expect(has('test', '-e', join(folder, 'ran'))).toBe(false);
  });
});

describe('the documented script that sends', () => {
  it.skipIf(!hasCurl)('sends webhooks that the documented verifiers accept', { timeout }, async () => {
    const receiver = await startReceiver(say(204));
    const body = encodeWebhook(createNotification().payload);
    const folder = createFolder({ 'send-webhook.sh': true });
    writeFileSync(join(folder, 'body.json'), body);
    const args = ['send-webhook.sh', `${receiver.url}/hook`, 'body.json'];
    const env = { PATH: process.env['PATH'], SECRET: secret };
    const { stdout } = await promisify(execFile)('bash', args, { cwd: folder, env });
    await receiver.close();
    expect(stdout).toBe('204\n');
    expect(receiver.received).toHaveLength(1);
    const [request] = receiver.received;
    expect(request?.body.equals(body)).toBe(true);
    const sent = request?.headers as Record<string, string>;
    const headers = { ...sent, 'X-Webhook-Signature': sent['x-webhook-signature'] ?? '' };
    const genuine = { standard: true, body: true, parsed: true };
    const sample: Sample = { kind: 'sent by the script', secret, headers, body, genuine };
    for (const { isThere, run } of verifiers) {
      if (isThere) expect(findWrong([sample], await run([sample]))).toEqual([]);
    }
  });
});
