/** The account and region every local ARN carries; fauxqs fixes the account id. */
export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_REGION = 'us-east-1';
const LOCAL_PARTITION = 'aws';

/** Credentials for engines that check none; the SDK refuses to start without any. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Builds an ARN of the local account, e.g. `localArn('sqs', 'sync.fifo')`. */
export const localArn = (service: string, resource: string): string =>
  `arn:${LOCAL_PARTITION}:${service}:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${resource}`;

/** CloudFormation's pseudo parameters as they are in local mode. */
export const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': LOCAL_ACCOUNT,
  'AWS::Partition': LOCAL_PARTITION,
  'AWS::Region': LOCAL_REGION,
  'AWS::StackId': localArn('cloudformation', 'stack/kalends-local/local'),
  'AWS::StackName': 'kalends-local',
  'AWS::URLSuffix': 'amazonaws.com',
};
