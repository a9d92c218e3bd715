/**
 * Bundled instead of the rules with which the AWS SDK finds the endpoint of DynamoDB: 20 kB for partitions, FIPS, dual
 * stack and endpoints by account, none of which a function of this stack uses.
 */
export const defaultEndpointResolver = ({ Region, Endpoint }: { Region?: string; Endpoint?: string }) => {
  const domain = Region?.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return { url: new URL(Endpoint ?? `https://dynamodb.${Region}.${domain}`) };
};
