/**
 * Bundled instead of the default credential chain of the AWS SDK. Lambda passes the credentials of the role in these
 * variables and never changes them in a running process. The other sources of the chain (profiles, SSO, instance
 * metadata, web identity) would cost every function 250 kB and a third of its cold start.
 */
export const defaultProvider = () => async () => ({
  accessKeyId: required('AWS_ACCESS_KEY_ID'),
  secretAccessKey: required('AWS_SECRET_ACCESS_KEY'),
  // Lambda sets it; local mode does not.
  ...(process.env.AWS_SESSION_TOKEN && { sessionToken: process.env.AWS_SESSION_TOKEN }),
});

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`environment: ${name}`);
  return value;
}
