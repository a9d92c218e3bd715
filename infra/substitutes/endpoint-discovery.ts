/**
 * Bundled instead of the endpoint discovery of DynamoDB, which is off by default and which AWS recommends to leave off:
 * 15 kB, most of them a cache.
 */
export const resolveEndpointDiscoveryConfig = <Config>(config: Config): Config => config;

export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => false,
  configFileSelector: () => false,
  default: false,
};
