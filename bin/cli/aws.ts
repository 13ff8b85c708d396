import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';

/** Clients by the standard environment: the same commands work against AWS and the local cloud. */
export class Aws {
  readonly ssm = new SSMClient();
  readonly s3 = new S3Client();
  readonly sfn = new SFNClient();
  readonly sagemaker = new SageMakerClient();
  readonly cloudwatch = new CloudWatchClient();
  readonly lambda = new LambdaClient();
  readonly logs = new CloudWatchLogsClient();
  readonly sts = new STSClient();
  readonly serviceQuotas = new ServiceQuotasClient();
}
