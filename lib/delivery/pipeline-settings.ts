import { Names, Stack } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { BasePipelineProps } from '../base-pipeline-props';
import { type BatchScoring, resolveBatchScoring } from '../challenger/batch-scoring';
import type { ContainerInstances } from '../containers/container-image';
import { ProblemType } from '../problem-type';
import type { ReleaseSchedule } from '../release/release-schedule';
import { ReleaseStrategy } from '../release/release-strategy';
import type { ReleasePipelineBase } from '../release-pipeline-base';
import { Validation } from '../runtime/validation';
import { type Hosting, refuseEndpointHosting, resolveHosting } from '../serving/hosting';
import { ServedBy } from '../serving/served-by';
import { findNamesake, pipelinesBeside } from './pipelines-beside';

/** What all pipelines have in common, with defaults filled in. */
export interface PipelineSettings {
  readonly pipelineName: string;
  readonly problem: ProblemType;
  readonly servedBy: ServedBy;
  readonly schedule: ReleaseSchedule;
  /** How a container of a version runs, wherever it does. */
  readonly hosting: Hosting;
  readonly batchScoring: BatchScoring;
  /** The same of the endpoint; undefined where a function serves alone. */
  readonly endpointHosting?: Hosting;
}

/**
 * @param problems what is wrong with the other props
 * @throws Error that lists what is wrong with the props, and where
 */
export function resolvePipeline(
  pipeline: ReleasePipelineBase,
  props: BasePipelineProps,
  problems: readonly string[],
): PipelineSettings {
  const { pipelineName = generatedName(pipeline), problem = ProblemType.binary() } = props;
  const { servedBy = ServedBy.ENDPOINT, releaseStrategy = ReleaseStrategy.blueGreen() } = props;
  const isFunctionAlone = servedBy === ServedBy.FUNCTION;
  const validation = new Validation(pipeline).check(
    pipelineName,
    /^[a-z0-9](-*[a-z0-9]){0,39}$/.test(pipelineName),
    'pipelineName must be 1 to 40 lower-case letters, digits and inner hyphens',
  );
  for (const found of problem._problems()) validation.add(found);
  const namesake = findNamesake(pipeline, pipelineName);
  if (namesake) {
    validation.add(
      `pipelineName '${pipelineName}' is that of ${namesake.node.path} already, in the same account and region: give one of them another name`,
    );
  }
  for (const found of [...problems, ...bucketProblems(pipeline, props)]) validation.add(found);
  validation.finish();
  if (isFunctionAlone) refuseEndpointHosting(pipeline, props.hosting);
  const hosting = resolveHosting(pipeline, props.hosting);
  return {
    pipelineName,
    problem,
    servedBy,
    schedule: releaseStrategy.bind(pipeline)._schedule,
    hosting,
    batchScoring: resolveBatchScoring(pipeline, props.batchScoring),
    ...(!isFunctionAlone && { endpointHosting: hosting }),
  };
}

/** The instances that serve; none where a function serves alone. */
export function endpointInstances({ endpointHosting }: PipelineSettings): ContainerInstances[] {
  if (!endpointHosting) return [];
  return [{ prop: 'hosting.instanceType', instanceType: endpointHosting.instanceType }];
}

/** The instances that containers of versions run on: those that serve, and those that score. */
export function servingInstances(settings: PipelineSettings): ContainerInstances[] {
  const { instanceType } = settings.batchScoring;
  return [...endpointInstances(settings), { prop: 'batchScoring.instanceType', instanceType }];
}

function bucketProblems(
  pipeline: ReleasePipelineBase,
  { bucket, removalPolicy }: BasePipelineProps,
): string[] {
  if (!bucket) return [];
  const other = pipelinesBeside(pipeline).find((each) => each.bucket?.bucketName === bucket.bucketName);
  return [
    ...(removalPolicy
      ? ['removalPolicy is of the bucket that the pipeline makes, and bucket is yours: leave one out']
      : []),
    ...(other
      ? [
          `bucket is that of ${other.node.path} already, and two pipelines would overwrite each other's data: give each a bucket of its own`,
        ]
      : []),
    ...(Stack.of(bucket) !== Stack.of(pipeline) && CfnBucket.isCfnBucket(bucket.node.defaultChild)
      ? [
          `bucket ${bucket.node.path} is of another stack, whose bucket policy would refer to this one: create it in the stack of the pipeline, or pass Bucket.fromBucketAttributes(stack, 'Bucket', { bucketArn: bucket.bucketArn, encryptionKey }) and add the statement of the guide "Bring your own network, keys and roles"`,
        ]
      : []),
  ];
}

function generatedName(pipeline: ReleasePipelineBase): string {
  return Names.uniqueResourceName(pipeline, {
    maxLength: 40,
    separator: '-',
    allowedSpecialCharacters: '-',
  }).toLowerCase();
}
