/** Errors of the SDK that a newcomer meets, by what they need to hear. */
const remedies: readonly { matches: RegExp; remedy: string }[] = [
  { matches: /region is missing/i, remedy: 'set AWS_REGION, or KALENDS_TABLE and AWS_ENDPOINT_URL_DYNAMODB for local' },
  {
    matches: /could not load credentials|credentialsprovidererror|resolved credential object is not valid/i,
    remedy: 'set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  },
  {
    matches: /stack with id .* does not exist/i,
    remedy: 'is it deployed in this region and account? --stack NAME picks another, KALENDS_TABLE a local one',
  },
  { matches: /resourcenotfoundexception/i, remedy: 'there is no such table: does KALENDS_TABLE fit the endpoint?' },
  {
    matches: /econnrefused|enotfound/i,
    remedy: 'nothing answers at AWS_ENDPOINT_URL_DYNAMODB: `npm run local` prints the one in use in its READY line',
  },
];

/** An unexpected error, of the SDK mostly, as one line with what to do about it where that is known. */
export function explainFailure(error: unknown): string {
  const { name = 'Error', message = '', code = '' } = error as Partial<NodeJS.ErrnoException>;
  // A refused connection is an AggregateError without a message; its code says it all.
  const said = (message || code || name).replaceAll(/\s+/g, ' ').trim();
  const remedy = remedies.find(({ matches }) => matches.test(`${name} ${code} ${said}`))?.remedy;
  return remedy === undefined ? said : `${said.replace(/\.$/, '')}: ${remedy}`;
}
