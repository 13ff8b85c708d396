import { isObject, type Json } from '../definition/definition';
import type { IntegrationResource } from '../definition/task-resource';
import type { Engine } from '../interpreter/engine';
import type { Waiting } from '../interpreter/waiting';
import { pascalCase } from './sdk-shapes';
import { callService, type ErrorNaming } from './service-call';

interface SdkService {
  /** Its name in the local cloud. */
  readonly service: string;
  /** What its errors begin with. */
  readonly prefix: string;
}

/** The services of `arn:aws:states:::aws-sdk:<service>:<operation>`, named as the Java SDK does. */
export const SDK_SERVICES: Readonly<Record<string, SdkService>> = {
  applicationautoscaling: { service: 'application-autoscaling', prefix: 'ApplicationAutoScaling' },
  cloudformation: { service: 'cloudformation', prefix: 'CloudFormation' },
  cloudwatch: { service: 'monitoring', prefix: 'CloudWatch' },
  cloudwatchlogs: { service: 'logs', prefix: 'CloudWatchLogs' },
  dynamodb: { service: 'dynamodb', prefix: 'DynamoDb' },
  ecr: { service: 'ecr', prefix: 'Ecr' },
  eventbridge: { service: 'events', prefix: 'EventBridge' },
  iam: { service: 'iam', prefix: 'Iam' },
  kms: { service: 'kms', prefix: 'Kms' },
  lambda: { service: 'lambda', prefix: 'Lambda' },
  s3: { service: 's3', prefix: 'S3' },
  sagemaker: { service: 'sagemaker', prefix: 'SageMaker' },
  sagemakerruntime: { service: 'sagemaker-runtime', prefix: 'SageMakerRuntime' },
  sfn: { service: 'states', prefix: 'Sfn' },
  sns: { service: 'sns', prefix: 'Sns' },
  sqs: { service: 'sqs', prefix: 'Sqs' },
  ssm: { service: 'ssm', prefix: 'Ssm' },
  sts: { service: 'sts', prefix: 'Sts' },
};

/** The API that an SDK integration calls; undefined for a service that we do not know. */
export function sdkOperation({
  service,
  action,
}: IntegrationResource): { readonly service: string; readonly operation: string } | undefined {
  const found = SDK_SERVICES[service];
  return found && { service: found.service, operation: pascalCase(action) };
}

/** Calls any API, as it is. */
export function callSdk(
  engine: Engine,
  resource: IntegrationResource,
  input: Json,
  waiting: Waiting,
): Promise<Json> {
  const operation = sdkOperation(resource);
  const { prefix } = SDK_SERVICES[resource.service] ?? {};
  if (!operation || !prefix) throw new Error(`there is no SDK integration of ${resource.service}`);
  return callService(engine, waiting, {
    ...operation,
    input: operation.operation === 'PutObject' ? withContentType(input) : input,
    naming: sdkNaming(prefix),
    timestamps: 'iso8601',
  });
}

/** The Java SDK says of a text that it puts into S3 that it is one (recorded with `test_s3_put_object`). */
function withContentType(input: Json): Json {
  return isObject(input) && input.Body !== undefined
    ? { ContentType: 'text/plain; charset=UTF-8', ...input }
    : input;
}

function sdkNaming(prefix: string): ErrorNaming {
  return {
    modelled: (name) => `${prefix}.${name}`,
    other: `${prefix}.${prefix}Exception`,
    unanswered: `${prefix}.SdkClientException`,
    cause: ({ message }, status, requestId) =>
      `${message} (Service: ${prefix}, Status Code: ${status}, Request ID: ${requestId}) (SDK Attempt Count: 1)`,
  };
}
