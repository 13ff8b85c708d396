import type { Cloud } from '../../../gateway/service';
import { sendToDestination } from '../failure-destination';
import type { BatchResult } from './event-source';
import type { EventSourceMapping } from './event-source-mapping';
import type { StreamRecord } from './stream-reader';

export interface DiscardedBatch {
  readonly mapping: EventSourceMapping;
  readonly roleArn: string;
  readonly shardId: string;
  readonly records: readonly StreamRecord[];
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  /** How often the function was called with them. */
  readonly invocations: number;
  /** Undefined if it never was. */
  readonly last: BatchResult | undefined;
}

/**
 * Notifies the destination of a mapping that records are given up. The notice names the records and does not
 * contain them. Never rejects.
 *
 * @param batchInfoName `KinesisBatchInfo` or `DDBStreamBatchInfo`
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html, and AWS's answers
 * that LocalStack recorded (`test_lambda_integration_kinesis.snapshot.json`): an error that the function did
 * not name is null
 */
export async function sendDiscardedBatch(
  cloud: Cloud,
  batchInfoName: string,
  { mapping, roleArn, shardId, records, condition, invocations, last }: DiscardedBatch,
): Promise<void> {
  const { functionName, qualifier, sourceArn, settings } = mapping;
  if (settings.onFailure === undefined) return;
  const [first, final] = [records[0] as StreamRecord, records.at(-1) as StreamRecord];
  const record = {
    requestContext: {
      requestId: last?.requestId ?? cloud.uuid(),
      functionArn: cloud.arn('lambda', `function:${functionName}${qualifier ? `:${qualifier}` : ''}`),
      condition,
      approximateInvokeCount: invocations,
    },
    ...(last && {
      responseContext: {
        statusCode: 200,
        executedVersion: last.executedVersion,
        functionError: last.functionError ?? null,
      },
    }),
    version: '1.0',
    timestamp: cloud.clock.date().toISOString(),
    [batchInfoName]: {
      shardId,
      startSequenceNumber: first.sequence,
      endSequenceNumber: final.sequence,
      approximateArrivalOfFirstRecord: new Date(first.arrived).toISOString(),
      approximateArrivalOfLastRecord: new Date(final.arrived).toISOString(),
      batchSize: records.length,
      streamArn: sourceArn,
    },
  };
  await sendToDestination(cloud, { destination: settings.onFailure, roleArn, functionName }, record);
}
