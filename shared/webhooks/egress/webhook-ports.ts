import type { ReadVariable } from '../../platform/parse-env.ts';

/** Ports of webhook endpoints in a function's environment: `443,8443`. */
export const webhookPorts: ReadVariable<number[]> = (given) => {
  const ports = given.split(',').map(Number);
  return ports.every((port) => Number.isInteger(port) && port >= 1 && port <= 65_535) ? ports : undefined;
};
