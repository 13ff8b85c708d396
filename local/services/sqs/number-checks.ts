import type { ReceiveMessageRequest } from '@aws-sdk/client-sqs';
import { AwsError } from '../../gateway/aws-error';

/*
 * SQS's model has no bounds of numbers. These are of its API reference, with the texts that LocalStack recorded on AWS
 * (`tests/aws/services/sqs/test_sqs.snapshot.json`) for the number of messages and the waiting time.
 */

/** @throws AwsError InvalidParameterValue */
export function checkReceive(input: ReceiveMessageRequest): void {
  const { MaxNumberOfMessages: messages, WaitTimeSeconds: seconds, VisibilityTimeout } = input;
  if (messages !== undefined) {
    check('MaxNumberOfMessages', messages, 1, 10, 'Must be between 1 and 10, if provided.');
  }
  if (seconds !== undefined) {
    check('WaitTimeSeconds', seconds, 0, 20, 'Must be >= 0 and <= 20, if provided.');
  }
  if (VisibilityTimeout !== undefined) checkVisibility(VisibilityTimeout);
}

/** @throws AwsError InvalidParameterValue */
export function checkVisibility(seconds: number): void {
  check('VisibilityTimeout', seconds, 0, 43_200, 'Must be between 0 and 43200, if provided.');
}

/** @throws AwsError InvalidParameterValue */
export function checkDelay(seconds: number | undefined): void {
  if (seconds !== undefined)
    check('DelaySeconds', seconds, 0, 900, 'Must be between 0 and 900, if provided.');
}

function check(name: string, value: number, least: number, most: number, reason: string): void {
  if (value >= least && value <= most) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`,
  );
}
