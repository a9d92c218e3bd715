import { runCli } from './run-cli.ts';

const { exitCode, stdout, stderr } = await runCli(process.argv.slice(2), process.env, (line) =>
  process.stderr.write(`${line}\n`),
);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = exitCode;
