import type { Cloud, Service } from '../gateway/service';
import { ApiGatewayService } from './apigateway/apigateway-service';
import { ApplicationAutoScalingService } from './application-autoscaling/application-autoscaling-service';
import { CloudFormationService } from './cloudformation/cloudformation-service';
import { CloudTrailService } from './cloudtrail/cloudtrail-service';
import { CloudWatchService } from './cloudwatch/cloudwatch-service';
import { DynamoDbService } from './dynamodb/dynamodb-service';
import { DynamoDbStreamsService } from './dynamodbstreams/dynamodb-streams-service';
import { EcrService } from './ecr/ecr-service';
import { EmrServerlessService } from './emr-serverless/emr-serverless-service';
import { EventBridgeService } from './eventbridge/eventbridge-service';
import { FirehoseService } from './firehose/firehose-service';
import { IamService } from './iam/iam-service';
import { KinesisService } from './kinesis/kinesis-service';
import { KmsService } from './kms/kms-service';
import type { StartEnvironment } from './lambda/environment';
import { LambdaService } from './lambda/lambda-service';
import { LogsService } from './logs/logs-service';
import { RdsDataService } from './rds-data/rds-data-service';
import type { OpenDatabase } from './rds-data/sql-database';
import { S3Service } from './s3/s3-service';
import type { ServingContainers } from './sagemaker/hosting/serving-containers';
import type { TrainingContainers } from './sagemaker/jobs/training-containers';
import { SageMakerService } from './sagemaker/sagemaker-service';
import { SageMakerRuntimeService } from './sagemaker-runtime/sagemaker-runtime-service';
import { SnsService } from './sns/sns-service';
import { SqsService } from './sqs/sqs-service';
import { SsmService } from './ssm/ssm-service';
import { StepFunctionsService } from './stepfunctions/stepfunctions-service';
import { StsService } from './sts/sts-service';

/** What runs the code of users. */
export interface Runtimes {
  /** Functions. @default Node.js processes */
  readonly functions?: StartEnvironment;
  /** The models of endpoints and batch transform jobs. @default Python processes */
  readonly models?: ServingContainers;
  /** The scripts of training jobs. @default Python processes */
  readonly trainings?: TrainingContainers;
  /** The databases behind the RDS Data API. @default none, and the API is refused */
  readonly databases?: OpenDatabase;
}

/** Limits of AWS that tests cannot reach. */
export interface Limits {
  /** What S3 copies in one call, in bytes. @default 5 GiB */
  readonly largestCopyBytes?: number;
}

/** All services of the local cloud, in the order in which they start. */
export function newServices(
  cloud: Cloud,
  { functions, models, trainings, databases }: Runtimes = {},
  { largestCopyBytes }: Limits = {},
  inert: readonly string[] = [],
): Service[] {
  return [
    new StsService(cloud),
    new IamService(cloud),
    new SsmService(cloud),
    new KmsService(cloud),
    new S3Service(cloud, largestCopyBytes),
    new DynamoDbService(cloud),
    new DynamoDbStreamsService(cloud),
    new EcrService(cloud),
    new CloudTrailService(),
    new CloudFormationService(cloud, inert),
    new EventBridgeService(cloud),
    new CloudWatchService(cloud),
    new LogsService(cloud),
    new LambdaService(cloud, functions),
    new ApiGatewayService(cloud),
    new SnsService(cloud),
    new SqsService(cloud),
    new KinesisService(cloud),
    new FirehoseService(cloud),
    new ApplicationAutoScalingService(cloud),
    new SageMakerService(cloud, models, trainings),
    new SageMakerRuntimeService(cloud),
    new RdsDataService(cloud, databases),
    new EmrServerlessService(cloud),
    new StepFunctionsService(cloud),
  ];
}
