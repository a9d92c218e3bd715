/** Authority metadata (`/{tenant}/v2.0/.well-known/openid-configuration`), with the simulator's own addresses. */
export function answerMetadata(baseUrl: string, tenant: string): Record<string, unknown> {
  const authority = `${baseUrl}/${tenant}`;
  return {
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    end_session_endpoint: `${authority}/oauth2/v2.0/logout`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
    issuer: `${baseUrl}/{tenantid}/v2.0`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
  };
}

/** Instance discovery (`/common/discovery/instance`). */
export function answerInstanceDiscovery(baseUrl: string): Record<string, unknown> {
  const { host } = new URL(baseUrl);
  return {
    tenant_discovery_endpoint: `${baseUrl}/common/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}
