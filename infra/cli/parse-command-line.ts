import { parseArgs } from 'node:util';
import { CliError } from './cli-error.ts';
import type { Command } from './command.ts';
import { commands } from './commands.ts';

export interface CommandLine {
  command: Command;
  operands: string[];
  json: boolean;
  /** Value of `--name`: the name of the new key. */
  name: string | undefined;
  stack: string | undefined;
}

const options = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  name: { type: 'string' },
  stack: { type: 'string' },
} as const;

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    // The first sentence names the fault. The others explain arguments that start with a dash.
    throw new CliError((error as Error).message.split('. ', 1).join(), 2);
  }
}

/**
 * @param args the arguments after the program's name
 * @throws CliError with exit code 2 for a command, operand or option that `--help` does not list
 */
export function parseCommandLine(args: readonly string[]): CommandLine | 'help' {
  const { values, positionals } = readArgs(args);
  if (values.help) return 'help';
  const [noun, verb, ...operands] = positionals;
  if (noun === undefined) throw new CliError('a command is missing', 2);
  const words = verb === undefined ? noun : `${noun} ${verb}`;
  const command = commands.find((known) => known.words === words);
  if (!command) throw new CliError(`unknown command "${words}"`, 2);

  const form = [words, ...command.operands].join(' ');
  if (operands.length !== command.operands.length) throw new CliError(`the command is: ${form}`, 2);
  const blank = command.operands.find((_operand, index) => operands[index]?.trim() === '');
  if (blank !== undefined) throw new CliError(`${blank} must not be blank`, 2);
  if (values.name !== undefined && !command.takesName) throw new CliError(`--name does not go with: ${form}`, 2);
  for (const option of ['name', 'stack'] as const) {
    if (values[option]?.trim() === '') throw new CliError(`--${option} must not be blank`, 2);
  }
  return { command, operands, json: values.json ?? false, name: values.name?.trim(), stack: values.stack };
}
