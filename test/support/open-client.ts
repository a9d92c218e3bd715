import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../local/runner/local-account.ts';

const authorization =
  `AWS4-HMAC-SHA256 Credential=${LOCAL_CREDENTIALS.accessKeyId}/20260101/${LOCAL_REGION}/dynamodb/aws4_request, ` +
  'SignedHeaders=host, Signature=unsigned';

/**
 * A client of DynamoDB Local, which wants a signature and does not read it: to compute one is a fifth of the CPU of a
 * request. The functions of a running stack sign theirs.
 */
export const openClient = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    signer: {
      sign: (request) => Promise.resolve({ ...request, headers: { ...request.headers, authorization } }),
    },
  });
