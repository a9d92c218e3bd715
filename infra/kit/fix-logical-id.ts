import type { CfnElement } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Gives the resource of a construct a logical id that does not depend on its place in the tree. CloudFormation replaces
 * a resource whose logical id changes: data, waiting messages or logs in it would be lost when a construct moves.
 */
export function fixLogicalId(construct: IConstruct, id: string): void {
  (construct.node.defaultChild as CfnElement).overrideLogicalId(id);
}
