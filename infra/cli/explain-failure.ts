/** Errors of the SDK that a new operator meets, each with its remedy. */
const remedies: readonly { matches: RegExp; remedy: string }[] = [
  { matches: /region is missing/i, remedy: 'set AWS_REGION, or KALENDS_TABLE and AWS_ENDPOINT_URL_DYNAMODB for local' },
  {
    matches: /could not load credentials|credentialsprovidererror|resolved credential object is not valid/i,
    remedy: 'set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  },
  {
    matches: /stack with id .* does not exist/i,
    remedy: 'is it deployed in this region and account? --stack NAME picks another stack, KALENDS_TABLE a local table',
  },
  {
    matches: /resourcenotfoundexception/i,
    remedy: 'there is no such table: is KALENDS_TABLE a table at this endpoint?',
  },
  {
    matches: /econnrefused|enotfound/i,
    remedy: 'nothing answers at AWS_ENDPOINT_URL_DYNAMODB: `npm run local` prints the one in use in its READY line',
  },
];

/** Describes an unexpected error, mostly of the SDK, in one line. The line ends with the remedy, if one is known. */
export function explainFailure(error: unknown): string {
  const { name = 'Error', message = '', code = '' } = error as Partial<NodeJS.ErrnoException>;
  // A refused connection is an AggregateError without a message, but with a code.
  const text = (message || code || name).replaceAll(/\s+/g, ' ').trim();
  const remedy = remedies.find(({ matches }) => matches.test(`${name} ${code} ${text}`))?.remedy;
  return remedy === undefined ? text : `${text.replace(/\.$/, '')}: ${remedy}`;
}
