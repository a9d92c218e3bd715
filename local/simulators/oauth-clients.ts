/** An OAuth client beside those that accounts name. */
export type OAuthClient = {
  clientId: string;
  /** Each of them is accepted. */
  secrets: string[];
  /** Registered redirect URIs; null: any. */
  redirectUris: string[] | null;
};

type ClientNames = { clientId: string; clientSecret: string };

export type OAuthClients = {
  /** Registers a client, or changes it. */
  set(client: { clientId: string; secrets: string[]; redirectUris?: string[] }): void;
  /** A registered client, or one that an account names. */
  find(clientId: string | null): OAuthClient | undefined;
};

/** @param accounts the accounts of the simulator: their clients need no registration */
export function createOAuthClients(accounts: ReadonlyMap<string, ClientNames>): OAuthClients {
  const registered = new Map<string, OAuthClient>();
  return {
    set: ({ redirectUris, ...client }) =>
      void registered.set(client.clientId, { ...client, redirectUris: redirectUris ?? null }),
    find(clientId) {
      const known = registered.get(clientId ?? '');
      if (known) return known;
      const own = [...accounts.values()].filter((account) => account.clientId === clientId);
      if (own.length === 0 || clientId === null) return undefined;
      return { clientId, secrets: [...new Set(own.map((account) => account.clientSecret))], redirectUris: null };
    },
  };
}
