import * as z from 'zod';
import { type Resources, spell } from './synthesize-stack.ts';

const oneOrMore = z.union([z.unknown().array(), z.unknown().transform((value) => [value])]);
const statementSchema = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore.transform((actions) => actions.map(String)),
  Resource: oneOrMore.transform((resources) => resources.map(spell)),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
const documentSchema = z.object({ Statement: z.array(statementSchema) });

export interface Statement {
  /** Logical id and type of the resource that has the policy. */
  owner: string;
  type: string;
  actions: string[];
  resources: string[];
  /** `key is value`, joined by `and`; empty when there is none. */
  condition: string;
}

/** All statements of the template that allow something: of roles, queues, topics and keys. */
export function readAllowStatements(resources: Resources): Statement[] {
  return Object.entries(resources).flatMap(([owner, { Type: type, Properties }]) =>
    [Properties['PolicyDocument'], Properties['KeyPolicy']]
      .filter((document) => document !== undefined)
      .flatMap((document) => documentSchema.parse(document).Statement)
      .filter(({ Effect }) => Effect === 'Allow')
      .map(({ Action, Resource, Condition }) => ({
        owner,
        type,
        actions: Action,
        resources: Resource,
        condition: Object.values(Condition)
          .flatMap((tests) => Object.entries(tests).map(([key, value]) => `${key} is ${spell(value)}`))
          .join(' and '),
      })),
  );
}

const rolesSchema = z.object({ Roles: z.array(z.object({ Ref: z.string() })) });
const functionSchema = z.object({ Role: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }) });

/**
 * The permissions of each function, by its folder: one sorted line `resource (condition): actions` per resource. A
 * resource is named by its logical id without the hash.
 */
export function readPermissions(resources: Resources): Record<string, string[]> {
  const policies = readAllowStatements(resources).filter(({ type }) => type === 'AWS::IAM::Policy');
  const permissions: Record<string, string[]> = {};
  for (const { Type, Properties, Metadata } of Object.values(resources)) {
    const name = Metadata['kalends:function'];
    if (Type !== 'AWS::Lambda::Function' || typeof name !== 'string') continue;
    const [role] = functionSchema.parse(Properties).Role['Fn::GetAtt'];
    permissions[name] = spellStatements(policies.filter(({ owner }) => rolesOf(resources, owner).includes(role)));
  }
  return permissions;
}

const rolesOf = (resources: Resources, policy: string): string[] =>
  rolesSchema.parse(resources[policy]?.Properties).Roles.map(({ Ref }) => Ref);

function spellStatements(statements: Statement[]): string[] {
  const lines = new Map<string, string[]>();
  for (const { actions, resources, condition } of statements) {
    for (const resource of resources) {
      const place = `${withoutHash(resource)}${condition && ` (${condition})`}`;
      lines.set(place, [...(lines.get(place) ?? []), ...actions]);
    }
  }
  return [...lines].map(([place, actions]) => `${place}: ${actions.sort().join(' ')}`).sort();
}

/** `NotificationBusToWebhooksC52314D8` → `NotificationBusToWebhooks`. */
const withoutHash = (resource: string): string => resource.replace(/[0-9A-F]{8}(?=$|\/)/, '');
