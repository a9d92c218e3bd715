import * as z from 'zod';
import { LocalError } from './runner/local-error.ts';
import type { TableLimits } from './runner/table-limits/start-limited-table.ts';

const url = (fallback: string) =>
  z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .default(fallback)
    .transform((text) => text.replace(/\/+$/, ''));

const filled = z.string().min(1);

const environmentSchema = z.object({
  PORT: z.coerce.number({ error: 'must be a port number' }).int().min(0).max(65_535).default(4000),
  KALENDS_API_KEY: filled.optional(),
  KALENDS_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .transform((text) => text.replace(/\/+$/, ''))
    .optional(),
  KALENDS_DATA_DIR: filled.optional(),
  KALENDS_DYNAMODB_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  KALENDS_TABLE_PARTITION_BYTES: z.coerce.number({ error: 'must be a number of bytes' }).positive().optional(),
  KALENDS_TABLE_PARTIAL_BATCHES: z.coerce.number({ error: 'must be a chance below 1' }).min(0).lt(1).optional(),
  KALENDS_TABLE_INDEX_LAG_MS: z.coerce.number({ error: 'must be milliseconds' }).positive().optional(),
  KALENDS_TABLE_EXPIRY_DELAY_HOURS: z.coerce.number({ error: 'must be hours' }).positive().optional(),
  GOOGLE_API_URL: url('https://www.googleapis.com'),
  GOOGLE_AUTH_URL: url('https://accounts.google.com'),
  GOOGLE_OAUTH_URL: url('https://oauth2.googleapis.com'),
  MICROSOFT_GRAPH_URL: url('https://graph.microsoft.com'),
  MICROSOFT_LOGIN_URL: url('https://login.microsoftonline.com'),
});

/** The settings of `npm run local`; URLs have no trailing slash. */
export type LocalSettings = {
  /** Port of the API on loopback; 0 takes any free port. */
  port: number;
  /** API key of the project "local"; generated when absent. */
  apiKey?: string;
  /** Where providers reach the API; `http://127.0.0.1:<port>` when absent. */
  publicUrl?: string;
  /** Directory that keeps tables, messages, keys and secrets; in memory when absent. */
  dataDir?: string;
  /** A DynamoDB Local that runs already; none is started then. */
  dynamodbEndpoint?: string;
  /** What DynamoDB refuses or delays and DynamoDB Local does not. */
  tableLimits?: TableLimits;
  /** For how long expired rows stay. */
  expiryDelayMs?: number;
  googleApiUrl: string;
  googleAuthUrl: string;
  googleOauthUrl: string;
  microsoftGraphUrl: string;
  microsoftLoginUrl: string;
};

function readTableLimits(
  values: z.output<typeof environmentSchema>,
): Pick<LocalSettings, 'tableLimits' | 'expiryDelayMs'> {
  const tableLimits: TableLimits = {
    partitionBytes: values.KALENDS_TABLE_PARTITION_BYTES,
    partialBatches: values.KALENDS_TABLE_PARTIAL_BATCHES,
    indexLagMs: values.KALENDS_TABLE_INDEX_LAG_MS,
  };
  const hours = values.KALENDS_TABLE_EXPIRY_DELAY_HOURS;
  return {
    ...(Object.values(tableLimits).some((limit) => limit !== undefined) && { tableLimits }),
    ...(hours !== undefined && { expiryDelayMs: hours * 3_600_000 }),
  };
}

/** Reads the settings from environment variables; empty ones count as absent. Throws a LocalError that names faults. */
export const readLocalSettings = (environment: Readonly<Record<string, string | undefined>>): LocalSettings => {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new LocalError(`bad settings: ${problems.join('; ')}`);
  }
  const values = parsed.data;
  return {
    port: values.PORT,
    ...(values.KALENDS_API_KEY !== undefined && { apiKey: values.KALENDS_API_KEY }),
    ...(values.KALENDS_PUBLIC_URL !== undefined && { publicUrl: values.KALENDS_PUBLIC_URL }),
    ...(values.KALENDS_DATA_DIR !== undefined && { dataDir: values.KALENDS_DATA_DIR }),
    ...(values.KALENDS_DYNAMODB_ENDPOINT !== undefined && { dynamodbEndpoint: values.KALENDS_DYNAMODB_ENDPOINT }),
    ...readTableLimits(values),
    googleApiUrl: values.GOOGLE_API_URL,
    googleAuthUrl: values.GOOGLE_AUTH_URL,
    googleOauthUrl: values.GOOGLE_OAUTH_URL,
    microsoftGraphUrl: values.MICROSOFT_GRAPH_URL,
    microsoftLoginUrl: values.MICROSOFT_LOGIN_URL,
  };
};
