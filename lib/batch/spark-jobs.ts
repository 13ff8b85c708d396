import type { IRole } from 'aws-cdk-lib/aws-iam';
import { EmrServerlessRuntime } from './engines/emr-serverless-runtime';
import { GlueRuntime } from './engines/glue-runtime';
import type { SparkRuntime } from './engines/spark-runtime';

export interface EmrServerlessJobOptions {
  /**
   * The role of the jobs, which `emr-serverless.amazonaws.com` assumes. It gets what it needs of the
   * pipeline; let it read your archive of Python libraries.
   */
  readonly role: IRole;

  /**
   * Further parameters of `spark-submit`, such as the `--conf spark.archives=...` that names an archive of
   * Python libraries.
   * @default - none: the application's image has the libraries
   */
  readonly sparkSubmitParameters?: string;
}

export interface GlueJobOptions {
  /** The role of the job. It gets what it needs of the pipeline. */
  readonly role: IRole;

  /**
   * Packages that Glue installs for the job, beside those that it has.
   * @default 'onnxruntime'
   */
  readonly pythonModules?: string;
}

/** Where Spark runs. */
export class SparkJobs {
  /**
   * Job runs of an EMR Serverless application of Spark, with workers of 4 vCPU and 16 GB.
   *
   * @param applicationId such as `00yv7iv71inak893`
   */
  static emrServerless(applicationId: string, options: EmrServerlessJobOptions): SparkJobs {
    return new SparkJobs(new EmrServerlessRuntime(applicationId, options));
  }

  /**
   * Runs of a Glue job for Spark of Glue 4.0 or later, with workers of the type G.1X: 4 vCPU and 16 GB. A run
   * has the script of the batch, in place of that of the job.
   */
  static glue(jobName: string, options: GlueJobOptions): SparkJobs {
    return new SparkJobs(new GlueRuntime(jobName, options));
  }

  private constructor(
    /** @internal */
    public readonly _runtime: SparkRuntime,
  ) {}
}
