import { generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { GoogleError } from './google-error.ts';
import type { GoogleAccount, GoogleOrganization, SimulatorState } from './simulator-state.ts';

const TOKEN_AUDIENCE = 'https://oauth2.googleapis.com/token';
const LONGEST_S = 3600;
const SKEW_S = 300;

/** What the JSON key file of a service account has. */
type ServiceAccountFile = {
  type: 'service_account';
  project_id: string;
  private_key_id: string;
  private_key: string;
  client_email: string;
  client_id: string;
  auth_uri: string;
  token_uri: string;
};

/** A Workspace customer that has delegated its domain to a service account. Its users are the accounts of the domain. */
export type SimulatedOrganizations = {
  addOrganization(organization: {
    domain: string;
    /** Scopes that the administrator has delegated. */
    delegatedScopes?: string[];
    /** Users who may read the directory; `admin@<domain>`. */
    admins?: string[];
    projectId?: string;
  }): GoogleOrganization;
  /** A further key of the organization's service account. */
  addServiceAccountKey(organization: GoogleOrganization): ServiceAccountFile;
};

const ALL_SCOPES = ['calendar.readonly', 'admin.directory.user.readonly', 'admin.directory.group.member.readonly'].map(
  (scope) => `https://www.googleapis.com/auth/${scope}`,
);

export function createSimulatedOrganizations(state: SimulatorState): SimulatedOrganizations {
  const addServiceAccountKey = (organization: GoogleOrganization): ServiceAccountFile => {
    const pair = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const id = randomBytes(20).toString('hex');
    organization.keys.set(id, pair.publicKey);
    return {
      type: 'service_account',
      project_id: organization.projectId,
      private_key_id: id,
      private_key: pair.privateKey,
      client_email: organization.clientEmail,
      client_id: organization.clientId,
      auth_uri: 'https://accounts.google.com/o/oauth2/auth',
      token_uri: TOKEN_AUDIENCE,
    };
  };
  return {
    addServiceAccountKey,
    addOrganization({ domain, delegatedScopes = ALL_SCOPES, admins = [`admin@${domain}`], projectId = 'simulated' }) {
      const organization: GoogleOrganization = {
        domain,
        projectId,
        clientEmail: `kalends-${state.organizations.length}@${projectId}.iam.gserviceaccount.com`,
        clientId: String(100_000_000_000_000_000_000n + BigInt(state.organizations.length)),
        keys: new Map(),
        delegatedScopes: [...delegatedScopes],
        admins: [...admins],
        groups: new Map(),
      };
      state.organizations.push(organization);
      return organization;
    },
  };
}

/** Accounts of an organization's domain, in the order of their addresses. */
export const usersOf = (state: SimulatorState, { domain }: GoogleOrganization): GoogleAccount[] =>
  [...state.accounts.values()]
    .filter(({ email }) => email.endsWith(`@${domain}`))
    .sort((a, b) => (a.email < b.email ? -1 : 1));

const refuse = (status: number, error: string, description: string): never => {
  throw new GoogleError(status, { error, error_description: description });
};

type Claims = Partial<Record<'kid' | 'alg' | 'iss' | 'sub' | 'scope' | 'aud', string> & Record<'iat' | 'exp', number>>;

function decode(part: string | undefined): Claims {
  try {
    return JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Claims;
  } catch {
    return refuse(400, 'invalid_grant', 'Invalid JWT: Failed to parse the assertion.');
  }
}

/** Checks the assertion of a JWT bearer grant as Google does. Throws GoogleError. */
export function acceptAssertion(
  state: SimulatorState,
  form: URLSearchParams,
): { organization: GoogleOrganization; email: string; scopes: string[] } {
  const parts = (form.get('assertion') ?? '').split('.');
  if (parts.length !== 3) return refuse(400, 'invalid_request', 'Missing or malformed assertion.');
  const [header, claims] = [decode(parts[0]), decode(parts[1])];
  const organization = state.organizations.find(({ clientEmail }) => clientEmail === claims.iss);
  if (!organization) return refuse(400, 'invalid_grant', 'Invalid grant: account not found');
  const key = organization.keys.get(header.kid ?? '');
  const signature = Buffer.from(parts[2] ?? '', 'base64url');
  const isSigned =
    header.alg === 'RS256' &&
    key !== undefined &&
    verify('RSA-SHA256', Buffer.from(`${parts[0]}.${parts[1]}`), key, signature);
  if (!isSigned) return refuse(400, 'invalid_grant', 'Invalid JWT Signature.');
  const [iat, exp, now] = [claims.iat ?? Number.NaN, claims.exp ?? Number.NaN, state.now() / 1000];
  if (!(exp > now) || exp - iat > LONGEST_S || !(iat < now + SKEW_S)) {
    const why = 'Token must be a short-lived token (60 minutes) and in a reasonable timeframe.';
    return refuse(400, 'invalid_grant', `Invalid JWT: ${why} Check your iat and exp values in the JWT claim.`);
  }
  if (claims.aud !== TOKEN_AUDIENCE) return refuse(400, 'invalid_grant', 'Invalid JWT: Failed audience check.');
  const scopes = (claims.scope ?? '').split(' ').filter((scope) => scope !== '');
  if (scopes.length === 0) return refuse(400, 'invalid_scope', 'Empty or missing scope not allowed.');
  const email = (claims.sub ?? organization.clientEmail).toLowerCase();
  const isForeign = !email.endsWith(`@${organization.domain}`);
  if (isForeign || scopes.some((scope) => !organization.delegatedScopes.includes(scope))) {
    const why = 'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any';
    return refuse(401, 'unauthorized_client', `${why} of the scopes requested.`);
  }
  const account = state.accounts.get(email);
  if (!account || account.disabled) return refuse(400, 'invalid_grant', 'Invalid email or User ID');
  return { organization, email, scopes };
}
