import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { openTable, type Table } from '../../shared/store/table.ts';
import { CliError } from './cli-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const defaultStack = 'Kalends';

/** The output of the stack that names its table (`infra/kalends-stack.ts`). */
const tableOutput = 'TableName';

/**
 * A DynamoDB on plain http checks neither region nor credentials, but the SDK does not start without them. These are
 * sent to such an endpoint only, and only when the environment has neither a key nor a profile.
 */
const placeholders = { credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, region: 'us-east-1' };

function clientConfig(env: Environment): DynamoDBClientConfig {
  const endpoint = env.AWS_ENDPOINT_URL_DYNAMODB ?? env.AWS_ENDPOINT_URL ?? '';
  if (!endpoint.startsWith('http:') || env.AWS_ACCESS_KEY_ID || env.AWS_PROFILE) return {};
  return { ...placeholders, ...(env.AWS_REGION && { region: env.AWS_REGION }) };
}

async function findTableName(stackName: string): Promise<string> {
  const client = new CloudFormationClient();
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const name = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === tableOutput)?.OutputValue;
    if (!name) throw new CliError(`the stack "${stackName}" has no output ${tableOutput}: it is not a Kalends stack`);
    return name;
  } finally {
    client.destroy();
  }
}

/**
 * Opens the table that the command works on. A stack named on the command line comes first, then the table
 * `KALENDS_TABLE`, then the stack `KALENDS_STACK`, then the stack "Kalends". A stack has its table in its outputs.
 *
 * @returns the table, and `close`, which the caller calls when it is done
 */
export async function openStackTable(
  env: Environment,
  stack: string | undefined,
): Promise<{ table: Table; close: () => void }> {
  const name =
    stack === undefined && env.KALENDS_TABLE
      ? env.KALENDS_TABLE
      : await findTableName(stack ?? (env.KALENDS_STACK || defaultStack));
  const client = new DynamoDBClient(clientConfig(env));
  return { table: openTable(name, client), close: () => client.destroy() };
}
