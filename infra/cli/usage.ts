/** The text of `--help`. */
export const usage = `Kalends: projects, their API keys and limits, and imports.

  npm run -s kalends -- project create NAME              creates a project and its first API key
  npm run -s kalends -- project list
  npm run -s kalends -- key create PROJECT_ID            creates another key; --name NAME describes it
  npm run -s kalends -- key list PROJECT_ID
  npm run -s kalends -- key revoke PROJECT_ID KEY_ID     requests with that key fail from now on
  npm run -s kalends -- limit list PROJECT_ID            limits that differ from those of the stack
  npm run -s kalends -- limit set PROJECT_ID LIMIT VALUE sets it within five minutes; VALUE \`default\` resets it
  npm run -s kalends -- connect google                   connects a calendar in your browser; or: connect microsoft
  npm run -s kalends -- import attendee CREDENTIALS_FILE creates the calendars of an Attendee project in Kalends

A key is shown once, when it is created: Kalends stores its SHA-256, not the key.

Options
  --json          prints one line of JSON and nothing else (without \`-s\`, npm prints a banner before it)
  --stack NAME    the CloudFormation stack to work on; default: KALENDS_STACK, else Kalends
  --help

Where it works
  deployed        region and credentials as for the AWS CLI (AWS_REGION, AWS_PROFILE, …); the table is found in the
                  stack's outputs, so it needs DescribeStacks, and reads and writes on the table
  local           KALENDS_TABLE and AWS_ENDPOINT_URL_DYNAMODB: \`table\` and \`dynamodb_endpoint\` of the READY line

  connect         KALENDS_URL, KALENDS_API_KEY; for a project without an OAuth app also CLIENT_ID, CLIENT_SECRET and, for
                  an app of one Microsoft tenant, TENANT; KALENDS_NO_BROWSER only prints the link
  import          ATTENDEE_URL (https://app.attendee.dev), ATTENDEE_API_KEY, KALENDS_URL, KALENDS_API_KEY; the file has a
                  line {"client_id", "client_secret"} per OAuth client and {"calendar", "refresh_token"} per calendar, by
                  its id or deduplication key; the report is KALENDS_IMPORT_REPORT (attendee-import.jsonl)

Exit codes: 0 done · 1 failed, stderr says why · 2 wrong command line
`;
