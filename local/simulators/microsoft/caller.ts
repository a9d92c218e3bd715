import type { MicrosoftAccount, MicrosoftApplication } from './simulator-state.ts';

/**
 * Who calls: `refusal` says why a bearer token is not good. Of an app the account is the one whose mailbox the request names.
 */
export type Caller = {
  account: MicrosoftAccount | undefined;
  scopes: string[];
  refusal: string;
  application?: MicrosoftApplication;
};
