import { StateError } from '../interpreter/state-error';
import { type OptimizedAction, optimizedNaming } from './optimized-integration';
import { callService, type ErrorNaming } from './service-call';

/** `arn:aws:states:::sns:publish` */
export const snsPublish: OptimizedAction = {
  ...plainCall('sns', 'Publish', optimizedNaming('SNS', 'AmazonSNSException', 'AmazonSNS')),
  fields: [
    'TopicArn',
    'TargetArn',
    'PhoneNumber',
    'Message',
    'MessageAttributes',
    'MessageStructure',
    'Subject',
    'MessageDeduplicationId',
    'MessageGroupId',
  ],
  required: ['Message'],
};

/** `arn:aws:states:::sqs:sendMessage` */
export const sqsSendMessage: OptimizedAction = {
  ...plainCall('sqs', 'SendMessage', optimizedNaming('SQS', 'AmazonSQSException', 'AmazonSQS')),
  fields: [
    'QueueUrl',
    'MessageBody',
    'MessageAttributes',
    'DelaySeconds',
    'MessageDeduplicationId',
    'MessageGroupId',
  ],
  required: ['QueueUrl', 'MessageBody'],
};

const putEvents = plainCall(
  'events',
  'PutEvents',
  optimizedNaming('EventBridge', 'AmazonEventBridgeException', 'AmazonEventBridge'),
);

/**
 * `arn:aws:states:::events:putEvents`: each event names the machine and the execution; one that is refused
 * fails the task.
 */
export const eventsPutEvents: OptimizedAction = {
  ...putEvents,
  fields: ['Entries'],
  required: ['Entries'],

  async call(engine, input, waiting) {
    const { stateMachineArn, arn } = engine.execution;
    const entries = (input.Entries as { Resources?: string[] }[]).map(({ Resources = [], ...entry }) => ({
      ...entry,
      Resources: [...Resources, stateMachineArn, arn],
    }));
    const output = await putEvents.call(engine, { ...input, Entries: entries }, waiting);
    if ((output as { FailedEntryCount?: number }).FailedEntryCount)
      throw new StateError('EventBridge.FailedEntry', JSON.stringify(output));
    return output;
  },
};

function plainCall(service: string, operation: string, naming: ErrorNaming): OptimizedAction {
  return {
    patterns: ['request', 'waitForTaskToken'],
    service,
    operation,
    call: (engine, input, waiting) =>
      callService(engine, waiting, { service, operation, input, naming, timestamps: 'milliseconds' }),
  };
}
