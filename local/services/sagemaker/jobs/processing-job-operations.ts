import { posix } from 'node:path';
import type * as sdk from '@aws-sdk/client-sagemaker';
import { AwsError, NotImplementedError } from '../../../gateway/aws-error';
import type { Cloud, Operations } from '../../../gateway/service';
import { checkImage } from '../container-image';
import { checkKeys } from '../encryption-keys';
import { assumeExecutionRole } from '../execution-role';
import { listPage } from '../list-page';
import { requireMembers } from '../resource-kinds';
import { parseS3Uri } from '../role-storage';
import type { ProcessingJob, Store } from '../store';
import type { ProcessingRunner } from './processing-runner';

/** Where AWS lets inputs and outputs be. */
const PROCESSING_FOLDER = '/opt/ml/processing/';

export function processingJobOperations(
  cloud: Cloud,
  store: Store,
  runner: ProcessingRunner,
): Operations<typeof sdk> {
  const { processingJobs, tags } = store;
  return {
    CreateProcessingJob: async (input) => {
      const { Tags, ...job } = input;
      const name = job.ProcessingJobName as string;
      processingJobs.mustBeNew(name);
      checkInput(job);
      checkKeys(cloud, [
        job.ProcessingOutputConfig?.KmsKeyId,
        job.ProcessingResources?.ClusterConfig?.VolumeKmsKeyId,
      ]);
      await assumeExecutionRole(cloud, job.RoleArn as string);
      const arn = processingJobs.arn(name);
      const now = cloud.clock.date();
      processingJobs.add(name, {
        ...job,
        // Told again: there is no network of AWS.
        NetworkConfig: job.NetworkConfig,
        ProcessingJobArn: arn,
        ProcessingJobStatus: 'InProgress',
        CreationTime: now,
        LastModifiedTime: now,
      });
      tags.begin(arn, Tags);
      runner.start(name);
      return { ProcessingJobArn: arn };
    },

    DescribeProcessingJob: (input) => processingJobs.get(input.ProcessingJobName),

    StopProcessingJob: (input) => {
      runner.requestStop(input.ProcessingJobName);
      return {};
    },

    ListProcessingJobs: (input) => {
      const { page, nextToken } = listPage(processingJobs.all(), factsOf, input, 'Ascending');
      return {
        ProcessingJobSummaries: page.map((job) => ({
          ProcessingJobName: job.ProcessingJobName,
          ProcessingJobArn: job.ProcessingJobArn,
          CreationTime: job.CreationTime,
          ProcessingEndTime: job.ProcessingEndTime,
          LastModifiedTime: job.LastModifiedTime,
          ProcessingJobStatus: job.ProcessingJobStatus,
          FailureReason: job.FailureReason,
          ExitMessage: job.ExitMessage,
        })),
        NextToken: nextToken,
      };
    },
  };
}

function factsOf(job: ProcessingJob) {
  return {
    name: job.ProcessingJobName as string,
    created: job.CreationTime as Date,
    modified: job.LastModifiedTime,
    status: job.ProcessingJobStatus,
  };
}

type Input = Omit<sdk.CreateProcessingJobCommandInput, 'Tags'>;

function checkInput({
  AppSpecification: app = {} as sdk.AppSpecification,
  ProcessingResources: resources,
  ProcessingInputs: inputs = [],
  ProcessingOutputConfig: outputs,
  StoppingCondition: stopping,
}: Input): void {
  requireMembers('appSpecification', app, ['ImageUri']);
  checkImage(app.ImageUri as string, 'processing');
  if ((app.ContainerEntrypoint ?? []).length === 0)
    throw new NotImplementedError(
      'the entrypoint of an image; name one in AppSpecification.ContainerEntrypoint',
    );
  checkCluster(resources?.ClusterConfig ?? ({} as sdk.ProcessingClusterConfig));
  if (stopping) requireMembers('stoppingCondition', stopping, ['MaxRuntimeInSeconds']);
  for (const input of inputs) checkProcessingInput(input);
  if (!outputs) return;
  for (const output of outputs.Outputs ?? []) checkProcessingOutput(output);
}

function checkCluster(cluster: sdk.ProcessingClusterConfig): void {
  requireMembers('processingResources.clusterConfig', cluster, ['InstanceType', 'VolumeSizeInGB']);
  if ((cluster.InstanceCount ?? 1) !== 1) throw new NotImplementedError('processing on several instances');
}

function checkProcessingInput(input: sdk.ProcessingInput): void {
  const where = `the input ${input.InputName} of ProcessingInputs`;
  const source = input.S3Input ?? ({} as sdk.ProcessingS3Input);
  requireMembers('processingInputs.s3Input', source, ['S3Uri', 'LocalPath', 'S3DataType', 'S3InputMode']);
  if (source.S3DataType !== 'S3Prefix')
    throw new NotImplementedError(`S3DataType ${source.S3DataType} of ${where}`);
  if (source.S3InputMode !== 'File')
    throw new NotImplementedError(`S3InputMode ${source.S3InputMode} of ${where}`);
  parseS3Uri(source.S3Uri as string);
  checkLocalPath(where, source.LocalPath as string);
}

function checkProcessingOutput(output: sdk.ProcessingOutput): void {
  const where = `the output ${output.OutputName} of ProcessingOutputConfig`;
  const target = output.S3Output ?? ({} as sdk.ProcessingS3Output);
  requireMembers('processingOutputConfig.outputs.s3Output', target, ['S3Uri', 'LocalPath', 'S3UploadMode']);
  if (target.S3UploadMode !== 'EndOfJob')
    throw new NotImplementedError(`S3UploadMode ${target.S3UploadMode} of ${where}`);
  parseS3Uri(target.S3Uri as string);
  checkLocalPath(where, target.LocalPath as string);
}

function checkLocalPath(where: string, path: string): void {
  if (posix.normalize(path).startsWith(PROCESSING_FOLDER)) return;
  throw new AwsError(
    'ValidationException',
    `LocalPath '${path}' of ${where} must begin with ${PROCESSING_FOLDER}`,
  );
}
