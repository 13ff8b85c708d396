import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateModelCommand,
  CreateTrainingJobCommand,
  CreateTransformJobCommand,
  DeleteModelCommand,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobResponse,
  DescribeTransformJobCommand,
} from '@aws-sdk/client-sagemaker';
import type { RegisteredVersion } from '../../lambda/aws/model-registry';
import { readNumbers, readScores } from '../../lambda/aws/number-column';
import { ArtifactStore } from '../../lambda/aws/store';
import { holdoutKey, modelKey, trainingOutputPrefix } from '../../lambda/domain/records/bucket-layout';
import { beginningOfNames } from '../../lambda/domain/release/generated-names';
import { tagsOf } from '../../lambda/domain/release/ownership';
import { archiveFiles } from './archive-files';
import type { Aws } from './aws';
import { CliError } from './cli-error';
import { type LibraryDifference, libraryDifferences } from './library-differences';
import type { Output } from './output';
import type { Pipeline } from './pipeline';
import { readUri } from './version-facts';

const POLL_MILLISECONDS = 2_000;

/** SageMaker adds it to the trainings of a search, to whose objective this one does not count. */
const OBJECTIVE = '_tuning_objective_metric';

/** Trains a version once more from what is recorded of it, beside the one that there is. */
export class Reproduction {
  private readonly store: ArtifactStore;
  private readonly id = randomUUID().slice(0, 8);
  private readonly prefix: string;

  constructor(
    private readonly aws: Aws,
    private readonly output: Output,
    private readonly pipeline: Pipeline,
    private readonly version: RegisteredVersion,
  ) {
    this.store = new ArtifactStore(aws.s3, pipeline.resources.bucket);
    this.prefix = `${beginningOfNames(pipeline.name)}-${version.modelVersion.replaceAll('.', '-')}-again`;
  }

  /**
   * Runs the version's training job again.
   *
   * @returns the job, with its artifact
   * @throws CliError if it fails
   */
  async train(trainingJob: string): Promise<DescribeTrainingJobResponse> {
    const { aws, version } = this;
    const original = await aws.sagemaker.send(
      new DescribeTrainingJobCommand({ TrainingJobName: trainingJob }),
    );
    const TrainingJobName = `${this.prefix}-${this.id}`;
    await aws.sagemaker.send(
      new CreateTrainingJobCommand({
        TrainingJobName,
        AlgorithmSpecification: original.AlgorithmSpecification,
        RoleArn: this.pipeline.resources.trainingRole,
        HyperParameters: withoutObjective(original.HyperParameters ?? {}),
        InputDataConfig: original.InputDataConfig,
        OutputDataConfig: {
          ...original.OutputDataConfig,
          S3OutputPath: this.store.uriOf(trainingOutputPrefix(version.modelVersion)),
        },
        ResourceConfig: original.ResourceConfig,
        VpcConfig: original.VpcConfig,
        StoppingCondition: original.StoppingCondition,
        Environment: original.Environment,
        EnableNetworkIsolation: original.EnableNetworkIsolation,
        EnableManagedSpotTraining: original.EnableManagedSpotTraining,
        // Not the original's checkpoints: it would begin where that ended.
        CheckpointConfig: original.CheckpointConfig && {
          ...original.CheckpointConfig,
          S3Uri: this.store.uriOf(`checkpoints/${TrainingJobName}`),
        },
        Tags: this.tags,
      }),
    );
    const { TrainingImage } = original.AlgorithmSpecification ?? {};
    this.output.progress(`training job ${TrainingJobName} in ${TrainingImage}`);
    return this.until(
      () => aws.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName })),
      ({ TrainingJobStatus, FailureReason }) => [TrainingJobStatus, FailureReason],
    );
  }

  /**
   * What the artifact of another training has otherwise than the version's archive, or not at all: files and
   * libraries.
   */
  async differences(artifact: string): Promise<{ files: string[]; libraries: LibraryDifference[] }> {
    const archives = await Promise.all([
      this.store.readBytes(modelKey(this.version.modelVersion, 'model.tar.gz')),
      readUri(this.aws, artifact),
    ]);
    const [before, after] = await Promise.all([archiveFiles(archives[0]), archiveFiles(archives[1])]);
    const names = [...new Set([...before.keys(), ...after.keys()])].sort();
    return {
      files: names.filter((name) => before.get(name) !== after.get(name)),
      libraries: await libraryDifferences(...archives),
    };
  }

  /** Labels of the holdout, and the scores of both for it, in the container that serves the version. */
  async scores(artifact: string, job: DescribeTrainingJobResponse) {
    const { aws, version, store } = this;
    const { modelVersion, properties, container } = version;
    const dataVersion = properties.dataVersion ?? '';
    const ModelName = `${this.prefix}-scoring-${this.id}`;
    const outputPrefix = `datasets/${dataVersion}/scores/${ModelName}`;
    await aws.sagemaker.send(
      new CreateModelCommand({
        ModelName,
        ExecutionRoleArn: this.pipeline.resources.scoringRole,
        PrimaryContainer: {
          Image: container.image,
          ModelDataUrl: artifact,
          Environment: { ...container.environment },
        },
        VpcConfig: job.VpcConfig,
        Tags: this.tags,
      }),
    );
    try {
      await aws.sagemaker.send(
        new CreateTransformJobCommand({
          TransformJobName: ModelName,
          ModelName,
          BatchStrategy: 'MultiRecord',
          MaxPayloadInMB: 6,
          TransformInput: {
            DataSource: {
              S3DataSource: {
                S3DataType: 'S3Prefix',
                S3Uri: store.uriOf(holdoutKey(dataVersion, 'features')),
              },
            },
            ContentType: 'text/csv',
            SplitType: 'Line',
          },
          TransformOutput: {
            S3OutputPath: store.uriOf(outputPrefix),
            Accept: 'text/csv',
            AssembleWith: 'Line',
            KmsKeyId: job.OutputDataConfig?.KmsKeyId,
          },
          TransformResources: {
            InstanceType: job.ResourceConfig?.InstanceType as 'ml.m5.large',
            InstanceCount: 1,
            VolumeKmsKeyId: job.ResourceConfig?.VolumeKmsKeyId,
          },
          Tags: this.tags,
        }),
      );
      this.output.progress(`transform job ${ModelName}`);
      await this.until(
        () => aws.sagemaker.send(new DescribeTransformJobCommand({ TransformJobName: ModelName })),
        ({ TransformJobStatus, FailureReason }) => [TransformJobStatus, FailureReason],
      );
    } finally {
      await aws.sagemaker.send(new DeleteModelCommand({ ModelName }));
    }
    return {
      labels: await readNumbers(store, holdoutKey(dataVersion, 'labels')),
      original: (await readScores(store, `datasets/${dataVersion}/scores/${modelVersion}/features.csv.out`))
        .scores,
      again: (await readScores(store, `${outputPrefix}/features.csv.out`)).scores,
    };
  }

  private get tags() {
    return tagsOf({ pipelineName: this.pipeline.name, ownerId: this.pipeline.resources.ownerId });
  }

  private async until<T>(
    describe: () => Promise<T>,
    statusOf: (job: T) => readonly [status: string | undefined, reason: string | undefined],
  ): Promise<T> {
    for (;;) {
      const job = await describe();
      const [status, reason] = statusOf(job);
      if (status === 'Completed') return job;
      if (status === 'Failed' || status === 'Stopped') {
        throw new CliError(`the job ended as ${status}: ${reason ?? 'no reason was given'}`);
      }
      await sleep(POLL_MILLISECONDS);
    }
  }
}

function withoutObjective({ [OBJECTIVE]: _, ...others }: Record<string, string>): Record<string, string> {
  return others;
}
