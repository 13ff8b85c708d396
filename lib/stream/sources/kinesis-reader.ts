import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Validation } from '../../runtime/validation';
import type { StreamReader, StreamReaderContext } from '../stream-reader';
import { iteratorAge, MILLIS_PER_SECOND } from './iterator-age';
import { checkShardOptions, type ShardStreamOptions, shardMappingOptions } from './shard-stream-options';

/** Reads a Kinesis data stream. */
export class KinesisReader implements StreamReader {
  readonly name: string;
  readonly reportsItemFailures = true;
  readonly lagPerSecond = MILLIS_PER_SECOND;

  constructor(
    private readonly stream: IStream,
    private readonly options: ShardStreamOptions,
  ) {
    this.name = stream.streamArn;
  }

  check(validation: Validation): void {
    checkShardOptions(this.options, validation);
  }

  /** @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html for the permissions */
  attach(scope: Construct, id: string, context: StreamReaderContext): string {
    const { stream, options } = this;
    const { handler } = context;
    handler.allow(
      [
        'kinesis:DescribeStream',
        'kinesis:DescribeStreamSummary',
        'kinesis:GetRecords',
        'kinesis:GetShardIterator',
        'kinesis:ListShards',
        'kinesis:ListStreams',
      ],
      [stream.streamArn],
    );
    stream.encryptionKey?.grantDecrypt(handler);
    const mapping = new EventSourceMapping(scope, id, {
      ...shardMappingOptions(options, context),
      target: handler,
      eventSourceArn: stream.streamArn,
    });
    return mapping.eventSourceMappingId;
  }

  lag({ handler }: StreamReaderContext): IMetric {
    return iteratorAge(handler);
  }
}
