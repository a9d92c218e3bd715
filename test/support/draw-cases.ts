import * as fc from 'fast-check';

/**
 * Property tests draw the same cases in every usual run, so that a change that passes once passes again. Other cases are
 * drawn by campaigns, and with `KALENDS_SEED=random` or the seed that a failed run has printed.
 */
const { KALENDS_SEED: given, KALENDS_CAMPAIGN_RUNS: campaign } = process.env;
const seed = given ?? (campaign === undefined ? '1' : 'random');
if (seed !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
