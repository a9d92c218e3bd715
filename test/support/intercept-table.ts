import type { Table } from '../../shared/store/table.ts';

type Command = Parameters<Table['client']['send']>[0];

/** The same table, whose requests go through a function that may watch, count or fail them. */
export function interceptTable(
  { name, client, report }: Table,
  around: (send: () => Promise<unknown>, command: Command) => Promise<unknown>,
): Table {
  return {
    name,
    ...(report && { report }),
    client: new Proxy(client, {
      get: (target, member) =>
        member === 'send'
          ? (command: Command, options = {}) => around(() => target.send(command, options), command)
          : Reflect.get(target, member),
    }),
  };
}
