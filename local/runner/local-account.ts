/** Account and region of every local ARN. The account id is the one that fauxqs uses. */
export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_REGION = 'us-east-1';
const LOCAL_PARTITION = 'aws';

/** Credentials for the engines. They check none, but the SDK refuses to start without any. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Builds an ARN of the local account, e.g. `localArn('sqs', 'jobs.fifo')`. */
export const localArn = (service: string, resource: string): string =>
  `arn:${LOCAL_PARTITION}:${service}:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${resource}`;

/** Values of CloudFormation's pseudo parameters. */
export const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': LOCAL_ACCOUNT,
  'AWS::Partition': LOCAL_PARTITION,
  'AWS::Region': LOCAL_REGION,
  'AWS::StackId': localArn('cloudformation', 'stack/local/local'),
  'AWS::StackName': 'local',
  'AWS::URLSuffix': 'amazonaws.com',
};
