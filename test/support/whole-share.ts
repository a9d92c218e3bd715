import type { WorkerShare } from '../../shared/worker-shares/worker-share.ts';

/** A share of all workers: no work is ended. */
export const wholeShare: WorkerShare = { run: (_projectId, work) => work(new AbortController().signal) };
