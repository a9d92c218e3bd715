import type { Logger } from '../../shared/platform/create-logger.ts';

/** Drops every line. */
export const silentLogger: Logger = { info: () => {}, warn: () => {}, error: () => {}, addContext: () => {} };
