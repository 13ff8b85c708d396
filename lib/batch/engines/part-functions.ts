import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { distributedMap } from '../../runtime/distributed-map';
import { PartFunction } from '../../runtime/part-function';
import { invoke, jsonata, type State } from '../../runtime/states';
import { BATCH_RUN } from '../batch-variables';
import type { ScoredBatch } from './engine';

type PartFunctionName = 'score-batch' | 'prepare-batch' | 'join-batch';

export interface FunctionOfPartsProps<Name extends PartFunctionName> {
  readonly batch: ScoredBatch;
  readonly asset: Name;
  readonly description: string;
  readonly memorySize: number;
}

/** A function that reads a part of the input, and writes what becomes of it. */
export function functionOfParts<Name extends PartFunctionName>(
  scope: Construct,
  id: string,
  { batch, ...props }: FunctionOfPartsProps<Name>,
): PartFunction<Name> {
  const { context, batchName, input } = batch;
  const prefix = `batch/${batchName}/`;
  const handler = new PartFunction<PartFunctionName>(scope, id, {
    ...props,
    context,
    settings: { batchName },
    timeout: Duration.minutes(15),
  })
    .canRead(prefix, 'models/')
    .canWrite(prefix)
    .canReadVersionsFrom(input.bucket, `${input.prefix}*`);
  return handler as unknown as PartFunction<Name>;
}

/** A state that invokes a function for each part of the run. */
export function forEachPart(
  { context, batchName }: ScoredBatch,
  handler: PartFunction<PartFunctionName>,
  maxConcurrency: number,
  transition: { readonly name: string; readonly next: string },
): State {
  return distributedMap(transition.name, {
    bucketName: context.bucket.bucketName,
    key: jsonata(BATCH_RUN.planned.partsKey),
    item: invoke(handler, jsonata('$states.input'), {}),
    maxConcurrency,
    results: jsonata(`'batch/${batchName}/' & ${BATCH_RUN.planned.run} & '/map'`),
    next: transition.next,
  });
}
