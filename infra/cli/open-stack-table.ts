import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../local/runner/local-account.ts';
import { openTable, type Table } from '../../shared/store/table.ts';
import { CliError } from './cli-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const defaultStack = 'Kalends';

/** The output of the stack that names its table (`infra/kalends-stack.ts`). */
const tableOutput = 'TableName';

/**
 * Local engines check neither region nor credentials, but the SDK does not start without any: with an endpoint on plain
 * http and neither key nor profile in the environment it gets made-up ones, which AWS itself would never see.
 */
function localConfig(env: Environment): DynamoDBClientConfig {
  const endpoint = env.AWS_ENDPOINT_URL_DYNAMODB ?? env.AWS_ENDPOINT_URL ?? '';
  if (!endpoint.startsWith('http:') || env.AWS_ACCESS_KEY_ID || env.AWS_PROFILE) return {};
  return { credentials: LOCAL_CREDENTIALS, region: env.AWS_REGION ?? LOCAL_REGION };
}

async function findTableName(stackName: string): Promise<string> {
  const client = new CloudFormationClient();
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const name = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === tableOutput)?.OutputValue;
    if (!name) throw new CliError(`the stack "${stackName}" has no output ${tableOutput}: it is no Kalends stack`);
    return name;
  } finally {
    client.destroy();
  }
}

/**
 * The table of the Kalends that is meant: `KALENDS_TABLE`, unless a stack is named on the command line; else the table
 * in the outputs of that stack, of `KALENDS_STACK`, or of the stack "Kalends". The caller closes it.
 */
export async function openStackTable(
  env: Environment,
  stack: string | undefined,
): Promise<{ table: Table; close: () => void }> {
  const name =
    stack === undefined && env.KALENDS_TABLE
      ? env.KALENDS_TABLE
      : await findTableName(stack ?? (env.KALENDS_STACK || defaultStack));
  const client = new DynamoDBClient(localConfig(env));
  return { table: openTable(name, client), close: () => client.destroy() };
}
