/**
 * Another run has written the sync state, or the calendar was deleted or given other credentials, since the run has read
 * it. Nothing of the refused write was stored. The run begins again from what is stored now.
 */
export class OvertakenRun extends Error {
  override readonly name = 'OvertakenRun';
}
