import { RemovalPolicy } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AttributeType,
  Billing,
  Operation,
  ProjectionType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import {
  dueIndex,
  dueProjection,
  lookupAttributes,
  lookupIndexes,
  orderings,
  subsetIndex,
} from '../../shared/store/table-schema.ts';
import type { Alarms } from './alarms.ts';
import type { EncryptionKey } from './encryption-key.ts';
import { fixLogicalId } from './fix-logical-id.ts';
import { type Granted, type Needs, setVariable } from './granted.ts';
import { metricPeriod } from './metric-period.ts';
import { unreadableRows } from './unreadable-rows.ts';

const string = (name: string) => ({ name, type: AttributeType.STRING });

/** An index has its own key anyway. */
function projectionOf(attributes: readonly string[], key: string) {
  const copies = attributes.filter((name) => name !== key);
  return copies.length === 0
    ? { projectionType: ProjectionType.KEYS_ONLY }
    : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: copies };
}

/**
 * Calls that a function may make on the table itself. `Query` is a query of a partition, not of an index. A transaction
 * needs the actions of its items. There is no `Scan`: every access pattern has an index or a known key.
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
  | (typeof lookupIndexes)[keyof typeof lookupIndexes]
  | typeof dueIndex;

type TableVariable = Record<'TABLE_NAME', Granted>;

/** The one table and its indexes. Stores and table take names and keys from `shared/store/table-schema.ts`. */
export class KalendsTable extends Construct {
  readonly table: TableV2;
  readonly #key: EncryptionKey;

  constructor(scope: Construct, id: string, { key, alarms }: { key: EncryptionKey; alarms: Alarms }) {
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
      // With local indexes a partition holds at most 10 GB. The largest is one calendar's events of its window.
      localSecondaryIndexes: [
        ...orderings.map(({ partitionIndex, attribute, partitionCopies }) => ({
          indexName: partitionIndex,
          sortKey: string(attribute),
          ...projectionOf(partitionCopies, attribute),
        })),
        {
          indexName: subsetIndex.name,
          sortKey: string(subsetIndex.attribute),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: subsetIndex.projection,
        },
      ],
      globalSecondaryIndexes: [
        ...orderings.map(({ projectIndex, attribute, projectCopies }) => ({
          indexName: projectIndex,
          partitionKey: string('project_shard'),
          sortKey: string(attribute),
          ...projectionOf(projectCopies, attribute),
        })),
        ...(['deduplicationKey', 'meetingUrl'] as const).map((name) => ({
          indexName: lookupIndexes[name],
          partitionKey: string(lookupAttributes[name]),
          sortKey: string('by_created'),
          projectionType: ProjectionType.KEYS_ONLY,
        })),
        {
          indexName: dueIndex,
          partitionKey: string('due_shard'),
          sortKey: string('due_at'),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: dueProjection,
        },
      ],
    });
    fixLogicalId(this.table, id);
    alarms.add('table-throttles', {
      errorImpact: 'Requests and syncs of all projects are slow or fail: DynamoDB refuses calls for their rate.',
      metric: this.throttledRequests(),
      above: 0,
      periods: 2,
    });
    alarms.add('unreadable-rows', {
      errorImpact: 'A calendar, event, bot, endpoint or delivery is left out of lists and not worked on.',
      metric: unreadableRows(this),
      above: 0,
    });
  }

  get name(): string {
    return this.table.tableName;
  }

  /** Allows exactly these calls, and the use of the key that DynamoDB makes on behalf of the caller. */
  allow(fn: Needs<'TABLE_NAME'>, ...actions: TableAction[]): TableVariable {
    this.#key.allowThroughTable(fn, actions.every((action) => reads.has(action)) ? 'read' : 'write');
    return this.#allow(fn, actions, [this.table.tableArn]);
  }

  /** Allows queries of exactly these indexes. */
  allowQuery(fn: Needs<'TABLE_NAME'>, ...indexes: IndexName[]): TableVariable {
    this.#key.allowThroughTable(fn, 'read');
    return this.#allow(
      fn,
      ['Query'],
      indexes.map((index) => `${this.table.tableArn}/index/${index}`),
    );
  }

  /** Requests that DynamoDB refused for their rate, of the table or of an index. */
  throttledRequests(): IMetric {
    return this.table.metricThrottledRequestsForOperations({
      // An alarm is charged for each of them. A hot key shows in these.
      operations: [Operation.QUERY, Operation.TRANSACT_WRITE_ITEMS, Operation.UPDATE_ITEM],
      period: metricPeriod,
    });
  }

  #allow(fn: Needs<'TABLE_NAME'>, actions: TableAction[], resources: string[]): TableVariable {
    fn.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources }),
    );
    return setVariable('TABLE_NAME', this.table.tableName);
  }
}
