import type * as sdk from '@aws-sdk/client-sagemaker';
import { NotImplementedError } from '../../../gateway/aws-error';
import type { Cloud, Operations } from '../../../gateway/service';
import { checkKeys } from '../encryption-keys';
import { listPage } from '../list-page';
import { requireMembers } from '../resource-kinds';
import { parseS3Uri } from '../role-storage';
import type { Store, TransformJob } from '../store';
import { checkS3Source } from './s3-input';
import type { TransformRunner } from './transform-runner';

export function transformJobOperations(
  cloud: Cloud,
  store: Store,
  runner: TransformRunner,
): Operations<typeof sdk> {
  const { transformJobs, models, tags } = store;
  return {
    CreateTransformJob: (input) => {
      const name = input.TransformJobName as string;
      transformJobs.mustBeNew(name);
      const { serving } = models.get(input.ModelName);
      checkInput(input);
      checkKeys(cloud, [input.TransformOutput?.KmsKeyId, input.TransformResources?.VolumeKmsKeyId]);
      const arn = transformJobs.arn(name);
      transformJobs.add(name, {
        TransformJobName: name,
        TransformJobArn: arn,
        TransformJobStatus: 'InProgress',
        ModelName: input.ModelName,
        MaxConcurrentTransforms: input.MaxConcurrentTransforms,
        MaxPayloadInMB: input.MaxPayloadInMB,
        BatchStrategy: input.BatchStrategy,
        Environment: input.Environment,
        TransformInput: input.TransformInput,
        TransformOutput: input.TransformOutput,
        TransformResources: input.TransformResources,
        CreationTime: cloud.clock.date(),
      });
      tags.begin(arn, input.Tags);
      runner.start(name, serving);
      return { TransformJobArn: arn };
    },

    DescribeTransformJob: (input) => transformJobs.get(input.TransformJobName),

    StopTransformJob: (input) => {
      runner.requestStop(input.TransformJobName);
      return {};
    },

    ListTransformJobs: (input) => {
      const { page, nextToken } = listPage(transformJobs.all(), factsOf, input, 'Descending');
      return {
        TransformJobSummaries: page.map((job) => ({
          TransformJobName: job.TransformJobName,
          TransformJobArn: job.TransformJobArn,
          CreationTime: job.CreationTime,
          TransformEndTime: job.TransformEndTime,
          LastModifiedTime: job.TransformEndTime ?? job.CreationTime,
          TransformJobStatus: job.TransformJobStatus,
          FailureReason: job.FailureReason,
        })),
        NextToken: nextToken,
      };
    },
  };
}

function factsOf(job: TransformJob) {
  return {
    name: job.TransformJobName as string,
    created: job.CreationTime as Date,
    modified: job.TransformEndTime,
    status: job.TransformJobStatus,
  };
}

function checkInput(input: sdk.CreateTransformJobCommandInput): void {
  const source = input.TransformInput as sdk.TransformInput;
  const output = input.TransformOutput as sdk.TransformOutput;
  checkS3Source('TransformInput', source.DataSource?.S3DataSource as sdk.S3DataSource | undefined);
  if (!['None', 'Line'].includes(source.SplitType ?? 'None')) {
    throw new NotImplementedError(`SplitType ${source.SplitType} of CreateTransformJob`);
  }
  requireMembers('transformOutput', output, ['S3OutputPath']);
  parseS3Uri(output.S3OutputPath as string);
  if (((input.TransformResources as sdk.TransformResources).InstanceCount ?? 1) !== 1) {
    throw new NotImplementedError('batch transform on several instances');
  }
}
