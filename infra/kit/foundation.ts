import type { EncryptionKey } from './encryption-key.ts';
import type { FunctionBase } from './kalends-function.ts';
import type { KalendsTable } from './kalends-table.ts';
import type { NotificationBus } from './notification-bus.ts';
import type { SigningSecret } from './signing-secret.ts';

/** The parts of the stack that every capability builds on. */
export interface Foundation extends FunctionBase {
  key: EncryptionKey;
  table: KalendsTable;
  signing: SigningSecret;
  notifications: NotificationBus;
}
