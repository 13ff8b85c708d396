import { Size } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { BatchInstances } from '../../../contracts/functions/batch';
import type { IModelPipeline } from '../../model-pipeline-base';
import { arn } from '../../runtime/arn';
import { checkInstanceType } from '../../runtime/instance-types';
import type { PartFunction } from '../../runtime/part-function';
import { sageMakerRole } from '../../runtime/sagemaker-role';
import { servingImageOf } from '../../runtime/shared-context';
import { call, jsonata, type States } from '../../runtime/states';
import { allowTransformJobs, transformStates } from '../../runtime/transform-jobs';
import type { Validation } from '../../runtime/validation';
import type { Workflow } from '../../runtime/workflow';
import { SERVED_FILES, servedRepositories } from '../../serving/serving-role';
import { BATCH_RUN } from '../batch-variables';
import type { BoundEngine, Engine, ScoredBatch } from './engine';
import { checkPartSize, isWhole } from './lambda-engine';
import { forEachPart, functionOfParts } from './part-functions';

export interface TransformBatchOptions {
  /**
   * SageMaker offers fewer types for batch transform than for hosting.
   * @default 'ml.m5.large'
   */
  readonly instanceType?: string;

  /**
   * Instances, 1 to 100, which share the parts.
   * @default 1
   */
  readonly instanceCount?: number;

  /**
   * Size of a part, 1 to 64 MiB of the text of a file.
   * @default - 16 MiB
   */
  readonly partSize?: Size;

  /**
   * The role of the job, which loads the version, reads rows and writes answers. It gets what it needs.
   * @default - a new one, which pulls images of the account and of AWS, and the one that a pipeline of this
   * app serves with
   */
  readonly role?: IRole;
}

/** Parts that functions prepare, and join, at the same time. */
const PARTS_AT_A_TIME = 20;
const { container, jobName, run } = BATCH_RUN.planned;
/** By which the workflow knows the models that it has made. */
const TAG = 'model-pipeline-batch';

/**
 * A batch transform job scores in the container that serves the version; functions prepare rows and join
 * answers.
 */
export class TransformEngine implements Engine {
  readonly kind = 'transform';
  readonly partBytes: number;
  readonly instances: BatchInstances;
  private readonly role?: IRole;

  constructor(options: TransformBatchOptions) {
    this.partBytes = (options.partSize ?? Size.mebibytes(16)).toBytes();
    this.instances = { type: options.instanceType ?? 'ml.m5.large', count: options.instanceCount ?? 1 };
    this.role = options.role;
  }

  validate(validation: Validation, { endpointName }: IModelPipeline): void {
    const { partBytes } = this;
    const { type, count } = this.instances;
    if (!endpointName) {
      validation.add(
        'BatchEngine.transform() scores in the container that serves, and a function serves this pipeline alone: use BatchEngine.lambda()',
      );
    }
    checkInstanceType(validation, 'instanceType of the engine', 'batch scoring', type);
    checkPartSize(validation, partBytes).check(
      count,
      isWhole(count, 1, 100),
      'instanceCount of the engine must be a whole number from 1 to 100',
    );
  }

  bind(scope: Construct, batch: ScoredBatch, next: string): BoundEngine {
    const { context, batchName } = batch;
    const role = sageMakerRole(scope, 'TransformRole', {
      context,
      role: this.role,
      kind: 'TransformJobs',
      description: `Scores the batch ${batchName} with versions of the model ${context.pipelineName}`,
      reads: [...SERVED_FILES, `batch/${batchName}/*/prepared/*`],
      writes: [`batch/${batchName}/*/scores/*`],
      repositories: servedRepositories(scope, servingImageOf(batch.pipeline)),
    });
    const prepare = functionOfParts(scope, 'Prepare', {
      batch,
      asset: 'prepare-batch',
      description: `Writes parts of the batch ${batchName} as the container takes them`,
      memorySize: 1769,
    });
    const join = functionOfParts(scope, 'Join', {
      batch,
      asset: 'join-batch',
      description: `Joins parts of the batch ${batchName} with the answers of the container`,
      memorySize: 1769,
    }).canReadVersions('models/');
    return {
      functions: [prepare, join],
      startAt: 'PrepareParts',
      states: this.states(batch, { prepare, join }, role, next),
      letScore: (workflow) => letTransform(workflow, batch, role),
    };
  }

  private states(
    batch: ScoredBatch,
    functions: {
      readonly prepare: PartFunction<'prepare-batch'>;
      readonly join: PartFunction<'join-batch'>;
    },
    role: IRole,
    next: string,
  ): States {
    const { context, batchName } = batch;
    const model = { ModelName: jsonata(jobName) };
    const folder = (name: string) =>
      jsonata(`'s3://${context.bucket.bucketName}/batch/${batchName}/' & ${run} & '/${name}/'`);
    return {
      PrepareParts: forEachPart(batch, functions.prepare, PARTS_AT_A_TIME, {
        name: 'PreparePart',
        next: 'CreateModel',
      }),
      ...transformStates(
        { createModel: 'CreateModel', transform: 'TransformParts', discardModel: 'DiscardModel' },
        {
          context,
          // Of its own, since the champion's model is gone when another version is released.
          modelName: model.ModelName,
          roleArn: role.roleArn,
          container: {
            Image: jsonata(container.Image),
            ModelDataUrl: jsonata(container.ModelDataUrl),
            Environment: jsonata(container.Environment),
          },
          isIsolated: jsonata(container.isIsolated),
          jobName: jsonata(jobName),
          input: folder('prepared'),
          output: folder('scores'),
          instanceType: this.instances.type,
          instanceCount: this.instances.count,
          tags: [{ Key: TAG, Value: tagOf(batch) }],
        },
        { next: 'DeleteModel', catchTo: 'TransformFailed' },
      ),
      // A model that stays costs nothing, and does nothing.
      DeleteModel: call('sagemaker:deleteModel', model, { next: 'JoinParts', ignoreErrorsTo: 'JoinParts' }),
      TransformFailed: {
        Type: 'Fail',
        Error: 'TransformFailed',
        Cause: jsonata(`$exists($error.Cause) ? $error.Cause : $error.Error`),
      },
      JoinParts: forEachPart(batch, functions.join, PARTS_AT_A_TIME, { name: 'JoinPart', next }),
    };
  }
}

function tagOf({ context, batchName }: ScoredBatch): string {
  return `${context.pipelineName}/${batchName}`;
}

function letTransform(workflow: Workflow, batch: ScoredBatch, role: IRole): void {
  const named = (kind: string) =>
    arn(workflow, 'sagemaker', `${kind}/batch-${batch.batchName.slice(0, 30)}-*`);
  const tag = (key: string) => ({ StringEquals: { [`aws:${key}/${TAG}`]: tagOf(batch) } });
  allowTransformJobs(workflow, {
    context: batch.context,
    jobs: named('transform-job'),
    models: named('model'),
    madeFor: tag('RequestTag'),
    madeBy: tag('ResourceTag'),
    role,
  });
}
