import type { Template } from './assembly.ts';
import { type IdentityEndpoints, identifyResource, NAME_PROPERTY, type ResourceIdentity } from './identify-resource.ts';
import { LocalError } from './local-error.ts';
import { evaluateCondition, type ReferenceLookup, resolveIntrinsics } from './resolve-intrinsics.ts';
import { isRunType, type RunType } from './resource-types.ts';

/** A resource that runs locally, with every intrinsic function resolved. */
export type ResolvedResource = {
  logicalId: string;
  type: RunType;
  properties: Record<string, unknown>;
  metadata: Record<string, unknown>;
  identity: ResourceIdentity;
  /** Physical name, e.g. of the table or queue. */
  name: string;
};

const CDK_HASH = /[0-9A-F]{8}$/;

/** Removes the hash that CDK appends to a logical id, unless two ids become equal. People read these names. */
const readableNames = (logicalIds: readonly string[]): Map<string, string> => {
  const counts = new Map<string, number>();
  for (const id of logicalIds) {
    const short = id.replace(CDK_HASH, '');
    counts.set(short, (counts.get(short) ?? 0) + 1);
  }
  return new Map(
    logicalIds.map((id) => {
      const short = id.replace(CDK_HASH, '');
      return [id, short !== '' && counts.get(short) === 1 ? short : id];
    }),
  );
};

/**
 * Resolves a template for the given local endpoints.
 * Throws a LocalError for an unknown resource type and for a reference to a resource that the template does not have.
 */
export const resolveTemplate = (template: Template, endpoints: IdentityEndpoints): ResolvedResource[] => {
  const identities = new Map<string, ResourceIdentity>();
  const lookup: ReferenceLookup = {
    ref: (logicalId) => {
      const parameter = template.Parameters[logicalId];
      if (parameter !== undefined) return parameter.Default;
      const identity = identities.get(logicalId);
      if (identity !== undefined) return identity.ref;
      if (template.Resources[logicalId] !== undefined) return logicalId;
      throw new LocalError(`the template refers to ${logicalId}, which it does not have`);
    },
    getAtt: (logicalId, attribute) => {
      const identity = identities.get(logicalId);
      const value = identity?.attributes[attribute];
      if (value !== undefined) return value;
      // For ignored resources such as roles: properties contain their ARN, but nothing reads it locally.
      if (identity === undefined && template.Resources[logicalId] !== undefined) return `${logicalId}.${attribute}`;
      throw new LocalError(`the template asks for attribute ${attribute} of ${logicalId}, unknown to local mode`);
    },
    condition: (name) => {
      if (!Object.hasOwn(template.Conditions, name)) throw new LocalError(`the template has no condition ${name}`);
      return evaluateCondition(template.Conditions[name], lookup);
    },
  };

  const running = Object.entries(template.Resources).flatMap(([logicalId, resource]) => {
    if (resource.Condition !== undefined && !lookup.condition(resource.Condition)) return [];
    return isRunType(logicalId, resource.Type) ? [{ logicalId, resource, type: resource.Type }] : [];
  });
  const readable = readableNames(running.map(({ logicalId }) => logicalId));
  const named = running.map((entry) => {
    const property = NAME_PROPERTY[entry.type];
    const given = property === undefined ? undefined : resolveIntrinsics(entry.resource.Properties[property], lookup);
    const fifo = entry.type === 'AWS::SQS::Queue' && entry.resource.Properties['FifoQueue'] === true;
    const generated = `${readable.get(entry.logicalId) ?? entry.logicalId}${fifo ? '.fifo' : ''}`;
    const name = typeof given === 'string' ? given : generated;
    const identity = identifyResource(entry.type, entry.logicalId, name, endpoints);
    identities.set(entry.logicalId, identity);
    return { ...entry, name, identity };
  });
  return named.map(({ logicalId, type, name, identity, resource }) => ({
    logicalId,
    type,
    name,
    identity,
    metadata: resource.Metadata,
    properties: resolveIntrinsics(resource.Properties, lookup) as Record<string, unknown>,
  }));
};
