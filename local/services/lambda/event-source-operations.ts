import type * as sdk from '@aws-sdk/client-lambda';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Cloud, Operations } from '../../gateway/service';
import type { SqsService } from '../sqs/sqs-service';
import { describeMapping, type EventSourceMapping, type EventSourceMappings } from './event-source-mappings';
import { parseFunctionName } from './function-name';
import type { FunctionStore } from './function-store';
import { roleMay } from './role-permissions';

const LIST_LENGTH = 100;
/** What Lambda does with the messages of a queue in the name of the function's role. */
const ACTIONS = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];

/** Queues whose messages functions get. */
export function eventSourceOperations(
  cloud: Cloud,
  store: FunctionStore,
  mappings: EventSourceMappings,
): Operations<typeof sdk> {
  const describe = (mapping: EventSourceMapping, state?: string) => {
    const { functionName: name, qualifier } = mapping;
    return describeMapping(mapping, store.arn({ name, qualifier }), state);
  };

  const find = (uuid: string | undefined) => {
    const mapping = mappings.all.get(uuid ?? '');
    if (!mapping) {
      throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.');
    }
    return mapping;
  };

  const check = (queueArn: string, functionName: string) => {
    if (queueArn.split(':')[2] !== 'sqs') {
      throw new NotImplementedError(`event sources other than SQS queues (${queueArn})`);
    }
    const { latest } = store.get(functionName);
    const denied = ACTIONS.find((action) => !roleMay(cloud, latest.role, `sqs:${action}`, queueArn));
    if (denied) {
      throw invalid(`The provided execution role does not have permissions to call ${denied} on SQS`);
    }
    const visibility = cloud.service<SqsService>('sqs').visibilityTimeout(queueArn);
    if (visibility === undefined) {
      throw invalid(
        'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist for this wsdl version.',
      );
    }
    if (visibility < latest.timeoutSeconds) {
      throw invalid(
        `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${latest.timeoutSeconds} seconds`,
      );
    }
  };

  return {
    CreateEventSourceMapping: (input) => {
      const { EventSourceArn: queueArn = '', FunctionName = '' } = input;
      check(queueArn, FunctionName);
      const { name, qualifier } = parseFunctionName(FunctionName);
      const existing = [...mappings.all.values()].find(
        (other) =>
          other.queueArn === queueArn && other.functionName === name && other.qualifier === qualifier,
      );
      if (existing) {
        throw new AwsError(
          'ResourceConflictException',
          `The event source arn (" ${queueArn} ") and function (" ${name} ") provided mapping already exists. Please update or delete the existing mapping with UUID ${existing.uuid}`,
        );
      }
      const mapping: EventSourceMapping = {
        uuid: cloud.uuid(),
        queueArn,
        functionName: name,
        qualifier,
        batchSize: 10,
        enabled: true,
        reportsItemFailures: false,
        modified: cloud.clock.date(),
      };
      configure(mapping, input);
      mappings.add(mapping);
      return describe(mapping, 'Creating');
    },

    GetEventSourceMapping: (input) => describe(find(input.UUID)),

    ListEventSourceMappings: (input) => {
      const name = input.FunctionName && parseFunctionName(input.FunctionName).name;
      const found = [...mappings.all.values()].filter(
        (mapping) =>
          (!name || mapping.functionName === name) &&
          (!input.EventSourceArn || mapping.queueArn === input.EventSourceArn),
      );
      const { page, nextToken } = paginate(found, input.MaxItems ?? LIST_LENGTH, input.Marker);
      return { EventSourceMappings: page.map((mapping) => describe(mapping)), NextMarker: nextToken };
    },

    UpdateEventSourceMapping: (input) => {
      const mapping = find(input.UUID);
      if (input.FunctionName) {
        const { name, qualifier } = parseFunctionName(input.FunctionName);
        if (name !== mapping.functionName || qualifier !== mapping.qualifier) {
          throw new NotImplementedError('another FunctionName of an event source mapping');
        }
      }
      configure(mapping, input);
      mapping.modified = cloud.clock.date();
      mappings.poll(mapping);
      return describe(mapping, 'Updating');
    },

    DeleteEventSourceMapping: (input) => {
      const mapping = find(input.UUID);
      mappings.all.delete(mapping.uuid);
      return describe(mapping, 'Deleting');
    },
  };
}

function configure(
  mapping: EventSourceMapping,
  input: Pick<
    sdk.CreateEventSourceMappingRequest,
    'BatchSize' | 'Enabled' | 'FunctionResponseTypes' | 'MaximumBatchingWindowInSeconds'
  >,
): void {
  if (input.MaximumBatchingWindowInSeconds) {
    throw new NotImplementedError('MaximumBatchingWindowInSeconds of event source mappings');
  }
  const batchSize = input.BatchSize ?? mapping.batchSize;
  if (batchSize < 1 || batchSize > 10) {
    // More than 10 need a batching window.
    throw invalid(`Maximum batch size of ${batchSize} is not between 1 and 10 without a batching window`);
  }
  mapping.batchSize = batchSize;
  mapping.enabled = input.Enabled ?? mapping.enabled;
  mapping.reportsItemFailures =
    input.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? mapping.reportsItemFailures;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
