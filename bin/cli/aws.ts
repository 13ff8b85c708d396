import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';

/**
 * Clients by the standard environment: the same commands work against AWS and the local cloud. A client is
 * made, and its package loaded, when a command first uses it.
 */
export class Aws {
  private readonly clients = new Map<new () => unknown, unknown>();

  get ssm(): SSMClient {
    return this.client(SSMClient);
  }

  get s3(): S3Client {
    return this.client(S3Client);
  }

  get sfn(): SFNClient {
    return this.client(SFNClient);
  }

  get sagemaker(): SageMakerClient {
    return this.client(SageMakerClient);
  }

  get runtime(): SageMakerRuntimeClient {
    return this.client(SageMakerRuntimeClient);
  }

  get cloudwatch(): CloudWatchClient {
    return this.client(CloudWatchClient);
  }

  get lambda(): LambdaClient {
    return this.client(LambdaClient);
  }

  get logs(): CloudWatchLogsClient {
    return this.client(CloudWatchLogsClient);
  }

  get sqs(): SQSClient {
    return this.client(SQSClient);
  }

  get sts(): STSClient {
    return this.client(STSClient);
  }

  get serviceQuotas(): ServiceQuotasClient {
    return this.client(ServiceQuotasClient);
  }

  private client<Client>(type: new () => Client): Client {
    const client = (this.clients.get(type) as Client | undefined) ?? new type();
    this.clients.set(type, client);
    return client;
  }
}
