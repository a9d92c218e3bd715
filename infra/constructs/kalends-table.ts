import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { dueIndex, eventByIdIndex, orderings, projection } from '../../shared/store/table-schema.ts';
import type { EncryptionKey } from './encryption-key.ts';

const string = (name: string) => ({ name, type: AttributeType.STRING });

/** Calls a function may make on the table. There is no `Scan`: whatever must be found has an index or a known key. */
export type TableAction =
  | 'BatchGetItem'
  | 'BatchWriteItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'UpdateItem';

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
      localSecondaryIndexes: orderings.map(({ calendarIndex, attribute }) => ({
        indexName: calendarIndex,
        sortKey: string(attribute),
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: projection(attribute),
      })),
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
    this.table.grant(grantee, ...actions.map((action) => `dynamodb:${action}`));
    this.#key.grantThroughTable(grantee);
  }
}
