// Runs a command until the parent process ends: `node run-with-parent.ts java -jar …`. The parent holds the other end of
// stdin and never writes to it. When the parent ends, the pipe closes and the command is killed. This also works when the
// parent is killed with SIGKILL, which no handler can catch.
import { spawn } from 'node:child_process';

const [command = '', ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
/** Exit code of a shell for a command that it cannot find. */
const NOT_FOUND = 127;
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(NOT_FOUND);
});
child.on('exit', (code) => process.exit(code ?? 1));

const endChild = (): void => {
  child.kill('SIGKILL');
};
process.stdin.on('end', endChild).on('error', endChild).resume();
process.on('SIGTERM', endChild);
// Ctrl-C reaches every process of the terminal. It is ignored here: the parent decides when its engines end.
process.on('SIGINT', () => {});
