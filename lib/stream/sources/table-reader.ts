import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnTable, type ITable } from 'aws-cdk-lib/aws-dynamodb';
import { EventSourceMapping, FilterCriteria, FilterRule } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Validation } from '../../runtime/validation';
import type { StreamReader, StreamReaderContext } from '../stream-reader';
import { iteratorAge, MILLIS_PER_SECOND } from './iterator-age';
import { checkShardOptions, type ShardStreamOptions, shardMappingOptions } from './shard-stream-options';

const WITH_NEW_IMAGE = ['NEW_IMAGE', 'NEW_AND_OLD_IMAGES'];

/** Reads the changes of a DynamoDB table. */
export class TableReader implements StreamReader {
  readonly name: string;
  readonly reportsItemFailures = true;
  readonly lagPerSecond = MILLIS_PER_SECOND;
  private readonly streamArn: string;

  constructor(
    private readonly table: ITable,
    private readonly options: ShardStreamOptions,
  ) {
    this.streamArn = table.tableStreamArn ?? '';
    this.name = this.streamArn;
  }

  check(validation: Validation): void {
    const { table, options } = this;
    validation.check(
      table.node.path,
      table.tableStreamArn !== undefined,
      'the table has no stream: set stream: StreamViewType.NEW_IMAGE of it, or tableStreamArn of an imported one',
    );
    const viewType = viewTypeOf(table);
    validation.check(
      viewType,
      viewType === undefined || WITH_NEW_IMAGE.includes(viewType),
      'the stream of the table must have the new item, which is scored: set stream: StreamViewType.NEW_IMAGE',
    );
    checkShardOptions(options, validation);
  }

  /**
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html for the permissions
   */
  attach(scope: Construct, id: string, context: StreamReaderContext): string {
    const { table, streamArn, options } = this;
    const { handler } = context;
    handler
      .allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [streamArn])
      // It has no resources:
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
      .allow(['dynamodb:ListStreams'], ['*']);
    table.encryptionKey?.grantDecrypt(handler);
    const mapping = new EventSourceMapping(scope, id, {
      ...shardMappingOptions(options, context),
      // Of an item that is deleted nothing is left to score.
      filters: options.filters ?? [FilterCriteria.filter({ eventName: FilterRule.or('INSERT', 'MODIFY') })],
      target: handler,
      eventSourceArn: streamArn,
    });
    return mapping.eventSourceMappingId;
  }

  lag({ handler }: StreamReaderContext): IMetric {
    return iteratorAge(handler);
  }
}

/** Undefined if this app does not create the table. */
function viewTypeOf({ node }: ITable): string | undefined {
  const resource = node.defaultChild;
  if (!(resource instanceof CfnTable)) return undefined;
  return (resource.streamSpecification as CfnTable.StreamSpecificationProperty | undefined)?.streamViewType;
}
