import { UnreadableRow } from './row.ts';
import type { Table } from './table.ts';

/**
 * Reads rows of which each is one of many. A row that cannot be read is left out and reported: it costs no other row
 * (docs/runbook.md#unreadable-rows).
 */
export function readableRows<Row, Value>(table: Table, rows: readonly Row[], read: (row: Row) => Value): Value[] {
  return rows.flatMap((row) => {
    const value = readableRow(table, row, read);
    return value === unreadable ? [] : [value];
  });
}

/** Stands for a row that cannot be read. */
export const unreadable = Symbol('unreadable');

/** Reads one row. A row that cannot be read is reported. */
export function readableRow<Row, Value>(table: Table, row: Row, read: (row: Row) => Value): Value | typeof unreadable {
  try {
    return read(row);
  } catch (error) {
    if (!(error instanceof UnreadableRow)) throw error;
    table.report?.(error);
    return unreadable;
  }
}
