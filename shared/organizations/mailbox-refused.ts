import type { MailboxFailureCode } from './organization.ts';

/** A mailbox that Kalends itself refuses to connect. */
export class MailboxRefused extends Error {
  override readonly name = 'MailboxRefused';
  readonly code: MailboxFailureCode;

  constructor(code: MailboxFailureCode, message: string) {
    super(message);
    this.code = code;
  }
}
