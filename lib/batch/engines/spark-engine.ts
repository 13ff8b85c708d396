import { Size } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import type { BatchInstances } from '../../../contracts/functions/batch';
import type { IModelPipeline } from '../../model-pipeline-base';
import { allowEncrypted } from '../../platform/encryption';
import { AddedPermissions } from '../../runtime/added-permissions';
import { packageFile } from '../../runtime/asset-path';
import { readAsset } from '../../runtime/read-asset';
import { jsonata } from '../../runtime/states';
import type { Validation } from '../../runtime/validation';
import { BATCH_RUN } from '../batch-variables';
import type { BoundEngine, Engine, ScoredBatch } from './engine';
import { checkPartSize, isWhole } from './lambda-engine';
import { forEachPart, functionOfParts } from './part-functions';
import type { SparkRuntime } from './spark-runtime';

export interface SparkBatchOptions {
  /**
   * Workers that run tasks, 1 to 100, each with 4 vCPU and 16 GB; the driver has another one.
   * @default 4
   */
  readonly workers?: number;

  /**
   * Size of a part, 1 to 64 MiB of the text of a file.
   * @default - 32 MiB
   */
  readonly partSize?: Size;
}

/** Parts that functions prepare, and join, at the same time. */
const PARTS_AT_A_TIME = 40;
const { jobName, modelVersion, run } = BATCH_RUN.planned;

/**
 * A Spark job scores; functions prepare rows and join answers, so that rows mean the same as for other
 * engines.
 */
export class SparkEngine implements Engine {
  readonly kind = 'spark';
  readonly partBytes: number;
  readonly instances: BatchInstances;
  private readonly workers: number;

  constructor(
    private readonly runtime: SparkRuntime,
    options: SparkBatchOptions,
  ) {
    this.partBytes = (options.partSize ?? Size.mebibytes(32)).toBytes();
    this.workers = options.workers ?? 4;
    this.instances = { type: runtime.workerType, count: this.workers + 1 };
  }

  validate(validation: Validation, { inferenceFunction }: IModelPipeline): void {
    if (!inferenceFunction) {
      validation.add(
        'BatchEngine.spark() scores models in ONNX, and the versions of a pipeline that an endpoint serves alone need not have one: use BatchEngine.transform(), or serve by a function, too (serverlessInference)',
      );
    }
    checkPartSize(validation, this.partBytes).check(
      this.workers,
      isWhole(this.workers, 1, 100),
      'workers of the engine must be a whole number from 1 to 100',
    );
  }

  bind(scope: Construct, batch: ScoredBatch, next: string): BoundEngine {
    const { context, batchName } = batch;
    const prefix = `batch/${batchName}/`;
    const script = new Asset(scope, 'Script', {
      path: packageFile('lib', 'batch', 'engines', 'spark', 'score_parts.py'),
    });
    const role = new AddedPermissions(scope, 'SparkRolePolicy', this.runtime.role);
    readAsset(script, role);
    this.letScore(role, batch);
    const prepare = functionOfParts(scope, 'Prepare', {
      batch,
      asset: 'prepare-batch',
      description: `Writes parts of the batch ${batchName} as the Spark job reads them`,
      memorySize: 1769,
    });
    const join = functionOfParts(scope, 'Join', {
      batch,
      asset: 'join-batch',
      description: `Joins parts of the batch ${batchName} with the answers of the Spark job`,
      memorySize: 1769,
    }).canReadVersions('models/');
    const job = {
      script: script.s3ObjectUrl,
      arguments: {
        '--bucket': context.bucket.bucketName,
        '--run': jsonata(`'${prefix}' & ${run} & '/'`),
        '--model-version': jsonata(modelVersion),
      },
      workers: this.workers,
      name: jsonata(jobName),
    };
    return {
      functions: [prepare, join],
      startAt: 'PrepareParts',
      states: {
        PrepareParts: forEachPart(batch, prepare, PARTS_AT_A_TIME, {
          name: 'PreparePart',
          next: 'ScoreParts',
        }),
        ScoreParts: this.runtime.runState(job, { next: 'JoinParts', catchTo: 'SparkFailed' }),
        SparkFailed: {
          Type: 'Fail',
          Error: 'SparkFailed',
          Cause: jsonata(`$exists($error.Cause) ? $error.Cause : $error.Error`),
        },
        JoinParts: forEachPart(batch, join, PARTS_AT_A_TIME, { name: 'JoinPart', next }),
      },
      letScore: (workflow) => this.runtime.letRun(workflow, scope),
    };
  }

  /** What the job does on the pipeline's bucket. */
  private letScore(role: IGrantable, { context, batchName }: ScoredBatch): void {
    const { bucket } = context;
    const { grantPrincipal } = role;
    const of = (pattern: string) => bucket.arnForObjects(`batch/${batchName}/*/${pattern}`);
    const allow = (actions: string[], resources: string[], conditions?: Record<string, unknown>) =>
      grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources, conditions }));
    allow(['s3:ListBucket'], [bucket.bucketArn], {
      StringLike: { 's3:prefix': `batch/${batchName}/*` },
    });
    allow(['s3:GetObject'], [of('prepared/*'), of('scoring-*.json'), of('model-*.onnx')]);
    allow(['s3:PutObject'], [of('scores/*')]);
    allowEncrypted(grantPrincipal, context);
  }
}
