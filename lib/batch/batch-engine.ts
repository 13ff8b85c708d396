import { Size } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Validation } from '../runtime/validation';

export interface LambdaBatchOptions {
  /**
   * Parts that are scored at the same time, 1 to 1,000. They count in the concurrency of the account, which is 1,000
   * by default for all functions together.
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

/** Settings of an engine with defaults filled in. */
export interface LambdaBatchSettings {
  readonly maxConcurrency: number;
  readonly partBytes: number;
  readonly memorySize: number;
}

/** What scores the rows of a batch. */
export class BatchEngine {
  /**
   * A Lambda function that runs the version's ONNX model, with a Step Functions distributed map over the parts of the
   * input: nothing runs, or costs, between runs. The versions need a model in ONNX, as where a function serves.
   */
  static lambda(options: LambdaBatchOptions = {}): BatchEngine {
    return new BatchEngine(options);
  }

  private constructor(private readonly options: LambdaBatchOptions) {}

  /**
   * @throws Error that lists every option out of range
   * @internal
   */
  public _resolve(scope: Construct): LambdaBatchSettings {
    const { maxConcurrency = 40, partSize = Size.mebibytes(16), memorySize = 1769 } = this.options;
    const partBytes = partSize.toBytes();
    new Validation(scope)
      .check(
        maxConcurrency,
        Number.isInteger(maxConcurrency) && maxConcurrency >= 1 && maxConcurrency <= 1000,
        'maxConcurrency of the engine must be a whole number from 1 to 1000',
      )
      .check(
        partBytes,
        partBytes >= 2 ** 20 && partBytes <= 64 * 2 ** 20,
        'partSize of the engine must be 1 to 64 MiB, in bytes',
      )
      .check(
        memorySize,
        Number.isInteger(memorySize) && memorySize >= 512 && memorySize <= 10_240,
        'memorySize of the engine must be 512 to 10240 MiB',
      )
      .finish();
    return { maxConcurrency, partBytes, memorySize };
  }
}
