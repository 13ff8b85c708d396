import { Names, Stack, Token } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { type BatchScoring, resolveBatchScoring } from '../challenger/batch-scoring';
import type { ContainerInstances } from '../containers/container-image';
import type { BoundServingContainer, ServingContainer } from '../containers/serving-container';
import { TrainingContainer } from '../containers/training-container';
import type { ModelPipelineBase } from '../model-pipeline-base';
import type { ModelPipelineProps } from '../model-pipeline-props';
import { ProblemType } from '../problem-type';
import type { ReleaseSchedule } from '../release/release-schedule';
import { ReleaseStrategy } from '../release/release-strategy';
import { resolveTraining, type Training } from '../retraining/training';
import { checkPartName } from '../runtime/part-name';
import { Validation } from '../runtime/validation';
import { adoptionProblems } from '../serving/adoption';
import type { EndpointHosting } from '../serving/endpoint-hosting';
import { type Hosting, refuseEndpointHosting, resolveHosting } from '../serving/hosting';
import { ServedBy } from '../serving/served-by';
import { findNamesake, pipelinesBeside } from './pipelines-beside';
import { roleProblems } from './role-problems';

/** Props of a pipeline, with defaults filled in. */
export interface PipelineSettings {
  readonly pipelineName: string;
  readonly problem: ProblemType;
  readonly servedBy: ServedBy;
  readonly schedule: ReleaseSchedule;
  /** Serves new versions. */
  readonly container: BoundServingContainer;
  readonly inferenceScript: string;
  /** How a container of a version runs, wherever it does. */
  readonly hosting: Hosting;
  /** How the endpoint hosts versions; undefined where a function serves alone. */
  readonly endpointHosting?: EndpointHosting;
  readonly batchScoring: BatchScoring;
  /** Undefined if all versions are trained elsewhere. */
  readonly training?: Training;
}

/**
 * @throws Error that lists what is wrong with the props, and where
 */
export function resolvePipeline(pipeline: ModelPipelineBase, props: ModelPipelineProps): PipelineSettings {
  const { pipelineName = generatedName(pipeline), problem = ProblemType.binary() } = props;
  const { servedBy = ServedBy.ENDPOINT } = props;
  const { _endpoint: endpoint } = servedBy;
  const strategy = props.releaseStrategy ?? endpoint?.releaseStrategy ?? ReleaseStrategy.blueGreen();
  const { inferenceScript = 'inference.py' } = props;
  const container = servingContainerOf(props);
  const validation = checkPartName(new Validation(pipeline), 'pipelineName', pipelineName);
  const { monthlyBudget } = props.cost ?? {};
  validation.check(
    monthlyBudget,
    monthlyBudget === undefined || Token.isUnresolved(monthlyBudget) || monthlyBudget > 0,
    'cost.monthlyBudget must be a number of US dollars above 0',
  );
  const namesake = findNamesake(pipeline, pipelineName);
  if (namesake) {
    validation.add(
      `pipelineName '${pipelineName}' is that of ${namesake.node.path} already, in the same account and region: give one of them another name`,
    );
  }
  for (const found of [
    ...problem._problems(),
    ...roleProblems(props),
    ...container._problems(inferenceScript),
    ...trainingProblems(props, container),
    ...sourceProblems(props, container),
    ...adoptionProblems(props),
    ...bucketProblems(pipeline, props),
    ...(endpoint?.problems(props) ?? []),
  ])
    validation.add(found);
  const schedule = strategy.bind(pipeline)._schedule;
  const refused = endpoint?.scheduleProblem(schedule);
  if (refused) validation.add(refused);
  validation.finish();
  if (!endpoint) refuseEndpointHosting(pipeline, props.hosting);
  const hosting = resolveHosting(pipeline, props.hosting);
  const batchScoring = resolveBatchScoring(pipeline, props.batchScoring);
  const training =
    props.training && props.data && resolveTraining(pipeline, problem, props.training, props.data);
  const endpointHosting = endpoint?.resolve(pipeline, props);
  const scoring = { prop: 'batchScoring.instanceType', instanceType: batchScoring.instanceType };
  return {
    pipelineName,
    problem,
    servedBy,
    schedule,
    container: container._bind(pipeline, inferenceScript, [
      ...endpointInstances(endpointHosting),
      // Where nothing says what scores, the endpoint's instances choose the image.
      ...(training || props.batchScoring ? [scoring] : []),
    ]),
    inferenceScript,
    hosting,
    batchScoring,
    endpointHosting,
    training,
  };
}

/** The instances that serve; none where a function serves alone. */
function endpointInstances(hosting: EndpointHosting | undefined): ContainerInstances[] {
  if (!hosting) return [];
  if (hosting.kind === 'serverless') return [{ prop: 'servedBy', instanceType: 'serverlessEndpoint' }];
  return [{ prop: 'hosting.instanceType', instanceType: hosting.instanceType }];
}

/** By default the container that serves what the training container trains. */
function servingContainerOf({ container, training }: ModelPipelineProps): ServingContainer {
  return container ?? (training?.container ?? TrainingContainer.scikitLearn())._servingContainer;
}

/** What a training needs, and what needs a training. */
function trainingProblems(
  { training, data, retraining, trainingRole }: ModelPipelineProps,
  container: ServingContainer,
): string[] {
  if (training) {
    return [
      ...(data
        ? []
        : ["training needs data: name the column with the label, as in data: { label: 'churned' }"]),
      ...container._trainingProblems(),
    ];
  }
  return Object.entries({ data, retraining, trainingRole })
    .filter(([, value]) => value !== undefined)
    .map(
      ([name]) =>
        `${name} is of a pipeline that trains, and this one registers models that are trained elsewhere: add training, or leave out ${name}`,
    );
}

function sourceProblems({ source, hosting }: ModelPipelineProps, container: ServingContainer): string[] {
  if (source === undefined) return [];
  const wayOut = 'put the scripts into code/ of each model archive, and leave out source';
  return [
    ...(hosting?.networkIsolation
      ? [
          `source is fetched from S3 when a container starts, which hosting.networkIsolation denies: ${wayOut}`,
        ]
      : []),
    ...(container._fetchesScripts
      ? []
      : [
          `source is fetched from S3 when a container starts, which ${container._name} does not do: ${wayOut}`,
        ]),
  ];
}

function bucketProblems(
  pipeline: ModelPipelineBase,
  { bucket, removalPolicy }: ModelPipelineProps,
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

function generatedName(pipeline: ModelPipelineBase): string {
  return Names.uniqueResourceName(pipeline, {
    maxLength: 40,
    separator: '-',
    allowedSpecialCharacters: '-',
  }).toLowerCase();
}
