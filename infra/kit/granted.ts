import type { IGrantable } from 'aws-cdk-lib/aws-iam';

declare const isGranted: unique symbol;

/** The value of a variable that names something a function may use. The call that returns it also allows the use. */
export type Granted = string & { readonly [isGranted]: true };

/** Variables that only a grant can set, because their value is useless without a permission. */
type GrantedVariable = 'TABLE_NAME' | 'KEY_ARN' | 'EVENT_BUS_NAME' | 'SIGNING_SECRET' | `${string}_QUEUE_URL`;

/** All variables that a function's `env.ts` asks for: a forgotten one does not compile. */
export type Environment<Env> = { readonly [Name in keyof Env]: Name extends GrantedVariable ? Granted : string };

/** A function whose `env.ts` asks for these variables: a grant to any other function does not compile. */
export interface Needs<Variable extends string> extends IGrantable {
  /** Exists for the type checker only. */
  readonly env: { readonly [Name in Variable]: unknown };
}

/** What a grant returns: the variable it sets, to be spread into the function's environment. */
export const setVariable = <Variable extends string>(name: Variable, value: string): Record<Variable, Granted> =>
  ({ [name]: value }) as Record<Variable, Granted>;
