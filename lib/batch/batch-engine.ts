import type { IModelPipeline } from '../model-pipeline-base';
import type { Engine } from './engines/engine';
import { type LambdaBatchOptions, LambdaEngine } from './engines/lambda-engine';
import { type SparkBatchOptions, SparkEngine } from './engines/spark-engine';
import { type TransformBatchOptions, TransformEngine } from './engines/transform-engine';
import type { SparkJobs } from './spark-jobs';

/** What scores the rows of a batch. */
export class BatchEngine {
  /**
   * A Lambda function that runs the version's ONNX model, with a Step Functions distributed map over the
   * parts of the input: nothing runs, or costs, between runs. The versions need a model in ONNX, as where a
   * function serves.
   */
  static lambda(options: LambdaBatchOptions = {}): BatchEngine {
    return new BatchEngine(new LambdaEngine(options));
  }

  /**
   * A SageMaker batch transform job in the container that serves the version, with its features as CSV
   * without a header. A row that the container refuses ends the job, and with it the run.
   */
  static transform(options: TransformBatchOptions = {}): BatchEngine {
    return new BatchEngine(new TransformEngine(options));
  }

  /**
   * A job of your Spark that runs the version's ONNX model in a pandas UDF: for a model that takes more
   * memory or time than a function has, or an input beyond what functions score in a night. Functions read
   * the rows and write the output, as they do for every engine. The versions need a model in ONNX, and the
   * job's Python needs boto3, numpy, pandas, pyarrow and onnxruntime.
   */
  static spark(jobs: SparkJobs, options: SparkBatchOptions = {}): BatchEngine {
    return new BatchEngine(new SparkEngine(jobs._runtime, options));
  }

  /**
   * The engine of a pipeline whose batch names none.
   *
   * @internal
   */
  public static _of({ inferenceFunction }: IModelPipeline): BatchEngine {
    return inferenceFunction ? BatchEngine.lambda() : BatchEngine.transform();
  }

  private constructor(
    /** @internal */
    public readonly _engine: Engine,
  ) {}
}
