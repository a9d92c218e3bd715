import type { TransactionItem } from '../../shared/store/transaction.ts';

/** The row that an item of a transaction leaves where there was none. */
export function rowLeftBy(item: TransactionItem | undefined): Record<string, unknown> {
  if (item && 'put' in item) return item.put;
  if (!item || !('update' in item)) throw new Error('the item leaves no row');
  const { set, setOnce } = item.change;
  return { ...item.update, ...set, ...setOnce };
}
