/** What `--help` prints. */
export const usage = `Kalends: projects and their API keys.

  npm run -s kalends -- project create NAME              a project with its first API key
  npm run -s kalends -- project list
  npm run -s kalends -- key create PROJECT_ID            one more key; --name NAME says what for
  npm run -s kalends -- key list PROJECT_ID
  npm run -s kalends -- key revoke PROJECT_ID KEY_ID     requests with that key fail from now on, for good

A key is shown once, when it is created: Kalends keeps no more than its SHA-256.

Options
  --json          one line of JSON on stdout and nothing else (with \`npm run -s\`: without it npm prints a banner)
  --stack NAME    the CloudFormation stack to work on; also KALENDS_STACK; default Kalends
  --help

Which Kalends
  deployed        region and credentials as for the AWS CLI (AWS_REGION, AWS_PROFILE, …); the table is found through
                  the stack's outputs, so it takes DescribeStacks, and reads and writes on the table
  local           KALENDS_TABLE and AWS_ENDPOINT_URL_DYNAMODB: \`table\` and \`dynamodb_endpoint\` of the READY line

Exit codes: 0 done · 1 failed, stderr says why · 2 wrong command line
`;
