import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { dueIndex, eventByIdIndex, orderings, projection, subsetIndex } from '../../shared/store/table-schema.ts';
import type { EncryptionKey } from './encryption-key.ts';

const string = (name: string) => ({ name, type: AttributeType.STRING });

/**
 * Calls a function may make on the table itself; `Query` is of a partition, not of an index. A transaction needs the
 * actions of the items in it. There is no `Scan`: whatever must be found has an index or a known key.
 */
export type TableAction =
  | 'BatchGetItem'
  | 'BatchWriteItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'UpdateItem';

const reads: ReadonlySet<TableAction> = new Set(['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'Query']);

export type IndexName =
  | (typeof orderings)[number]['partitionIndex' | 'projectIndex']
  | typeof subsetIndex.name
  | typeof eventByIdIndex
  | typeof dueIndex;

/** The one table and its indexes; names and keys come from `shared/store/table-schema.ts`, which the stores use too. */
export class KalendsTable extends Construct {
  readonly table: TableV2;
  readonly #key: EncryptionKey;

  constructor(scope: Construct, id: string, { key }: { key: EncryptionKey }) {
    super(scope, id);
    this.#key = key;
    this.table = new TableV2(this, 'Table', {
      partitionKey: string('PK'),
      sortKey: string('SK'),
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.customerManagedKey(key.key),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      timeToLiveAttribute: 'expires_at',
      // A local index bounds a partition to 10 GB: one calendar's events, of which a window is kept.
      localSecondaryIndexes: [
        ...orderings.map(({ partitionIndex, attribute }) => ({
          indexName: partitionIndex,
          sortKey: string(attribute),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: projection(attribute),
        })),
        {
          indexName: subsetIndex.name,
          sortKey: string(subsetIndex.attribute),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: subsetIndex.projection,
        },
      ],
      globalSecondaryIndexes: [
        ...orderings.map(({ projectIndex, attribute }) => ({
          indexName: projectIndex,
          partitionKey: string('project_shard'),
          sortKey: string(attribute),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: projection(attribute),
        })),
        { indexName: eventByIdIndex, partitionKey: string('event_id'), projectionType: ProjectionType.KEYS_ONLY },
        {
          indexName: dueIndex,
          partitionKey: string('due_shard'),
          sortKey: string('due_at'),
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
    });
  }

  get name(): string {
    return this.table.tableName;
  }

  /** Allows exactly these calls, and the use of the key that DynamoDB makes on the caller's behalf. */
  grant(grantee: IGrantable, ...actions: TableAction[]): void {
    this.#allow(grantee, actions, [this.table.tableArn]);
    this.#key.grantThroughTable(grantee, actions.every((action) => reads.has(action)) ? 'read' : 'write');
  }

  /** Allows queries of these indexes and of no other. */
  grantQuery(grantee: IGrantable, ...indexes: IndexName[]): void {
    this.#allow(
      grantee,
      ['Query'],
      indexes.map((index) => `${this.table.tableArn}/index/${index}`),
    );
    this.#key.grantThroughTable(grantee, 'read');
  }

  #allow(grantee: IGrantable, actions: TableAction[], resources: string[]): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources }),
    );
  }
}
