import { Size } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { IModelPipeline } from '../../model-pipeline-base';
import type { Validation } from '../../runtime/validation';
import type { BoundEngine, Engine, ScoredBatch } from './engine';
import { forEachPart, functionOfParts } from './part-functions';

export interface LambdaBatchOptions {
  /**
   * Parts that are scored at the same time, 1 to 1,000. They count in the concurrency of the account, which
   * is 1,000 by default for all functions together.
   * @default 40
   */
  readonly maxConcurrency?: number;

  /**
   * Size of a part, 1 to 64 MiB of the text of a file.
   * @default - 16 MiB
   */
  readonly partSize?: Size;

  /**
   * Memory of the function in MiB; Lambda gives processor power in proportion.
   * @default 1769, one whole vCPU
   */
  readonly memorySize?: number;
}

/** A function with the version's ONNX model scores part by part. */
export class LambdaEngine implements Engine {
  readonly kind = 'lambda';
  readonly partBytes: number;
  private readonly maxConcurrency: number;
  private readonly memorySize: number;

  constructor(options: LambdaBatchOptions) {
    this.partBytes = (options.partSize ?? Size.mebibytes(16)).toBytes();
    this.maxConcurrency = options.maxConcurrency ?? 40;
    this.memorySize = options.memorySize ?? 1769;
  }

  validate(validation: Validation, { inferenceFunction }: IModelPipeline): void {
    const { maxConcurrency, partBytes, memorySize } = this;
    if (!inferenceFunction) {
      validation.add(
        'BatchEngine.lambda() scores models in ONNX, and the versions of a pipeline that an endpoint serves alone need not have one: use BatchEngine.transform(), or serve by a function, too (serverlessInference)',
      );
    }
    checkPartSize(validation, partBytes)
      .check(
        maxConcurrency,
        isWhole(maxConcurrency, 1, 1000),
        'maxConcurrency of the engine must be a whole number from 1 to 1000',
      )
      .check(
        memorySize,
        isWhole(memorySize, 512, 10_240),
        'memorySize of the engine must be 512 to 10240 MiB',
      );
  }

  bind(scope: Construct, batch: ScoredBatch, next: string): BoundEngine {
    const score = functionOfParts(scope, 'Score', {
      batch,
      asset: 'score-batch',
      description: `Scores parts of the batch ${batch.batchName} (ONNX)`,
      memorySize: this.memorySize,
    }).canReadVersions('models/');
    return {
      functions: [score],
      startAt: 'ScoreParts',
      states: {
        ScoreParts: forEachPart(batch, score, this.maxConcurrency, { name: 'ScorePart', next }),
      },
      letScore: () => {},
    };
  }
}

export function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

/** A function holds a part in memory, as text and as rows. */
export function checkPartSize(validation: Validation, partBytes: number): Validation {
  const mebibytes = partBytes / 2 ** 20;
  return validation.check(
    mebibytes,
    mebibytes >= 1 && mebibytes <= 64,
    'partSize of the engine must be 1 to 64 MiB',
  );
}
