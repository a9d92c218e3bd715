import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { attendeeOpenapi } from './attendee-openapi.ts';
import { makeClientFolder } from './generated-clients.ts';
import { findGenerator, runCommand } from './run-generator.ts';

interface Call {
  name: string;
  object_id?: string;
  body?: object;
  query?: object;
}
/** `body` is what the client made of the answer, `text` the answer itself. */
interface Answer {
  status: number;
  body: Record<string, unknown> | null;
  text: string;
}

/**
 * The client that openapi-python-client makes of Attendee's document. It runs in another process.
 *
 * @returns null when the generator is not installed
 */
export async function startGeneratedAttendeeClient({ url, apiKey }: { url: string; apiKey: string }) {
  const generator = findGenerator('openapi-python-client');
  if (generator === null) return null;
  const folder = makeClientFolder(JSON.stringify(attendeeOpenapi));
  const tools = { PATH: `${dirname(generator)}${delimiter}${process.env['PATH']}` };
  const parameters = ['generate', '--path', 'openapi.json', '--output-path', 'client', '--fail-on-warning'];
  await runCommand(generator, parameters, folder, tools);
  const program = join(import.meta.dirname, '../generators/attendee.py');
  const python = spawn(join(dirname(generator), 'python'), [program], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONPATH: join(folder, 'client'), KALENDS_URL: url, KALENDS_API_KEY: apiKey },
  });
  const lines = createInterface(python.stdout)[Symbol.asyncIterator]();
  return {
    /** Makes one call after the other. @throws when the client cannot send it, or not read its answer */
    call: async (call: Call): Promise<Answer> => {
      python.stdin.write(`${JSON.stringify(call)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`the client ended in ${JSON.stringify(call)}`);
      return JSON.parse(value) as Answer;
    },
    close: async (): Promise<void> => {
      const ended = python.exitCode === null ? once(python, 'exit') : null;
      python.stdin.end();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
