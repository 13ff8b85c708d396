import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import { rolePrincipal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';
import type { AsynchronousEvent } from './asynchronous-events';
import type { InvocationResult } from './environment';
import { recordMetric } from './function-metrics';
import { LATEST } from './function-store';
import { roleMay } from './role-permissions';

/** Why an event was given up. */
export type GiveUpCondition = 'RetriesExhausted' | 'EventAgeExceeded';

/** What the last attempt came to; nothing if the function was never called. */
export type LastAttempt = Pick<InvocationResult, 'functionError' | 'payload'> & {
  readonly executedVersion: string;
};

/** What a destination needs of the function's role, by its service. */
const ACTIONS: Readonly<Record<string, string>> = { sqs: 'SendMessage', sns: 'Publish' };

/**
 * Checks a destination for failed events.
 *
 * @throws AwsError InvalidParameterValueException if the function's role may not send to it
 */
export function checkDestination(cloud: Cloud, roleArn: string, destination: string): void {
  const service = destination.split(':')[2] ?? '';
  const action = ACTIONS[service];
  if (!action) throw new NotImplementedError(`destinations of the service ${service}`);
  if (roleMay(cloud, roleArn, `${service}:${action}`, destination)) return;
  throw new AwsError(
    'InvalidParameterValueException',
    `The function's execution role does not have permissions to call ${action} on ${destination}`,
  );
}

/**
 * Sends the record of an event that was given up, in the form of
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html. Never rejects.
 */
export async function sendRecord(
  cloud: Cloud,
  { destination, roleArn }: { readonly destination: string; readonly roleArn: string },
  event: AsynchronousEvent,
  condition: GiveUpCondition,
  last: LastAttempt | undefined,
): Promise<void> {
  const { functionName, qualifier = LATEST } = event;
  const record = {
    version: '1.0',
    timestamp: cloud.clock.date().toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: cloud.arn('lambda', `function:${functionName}:${qualifier}`),
      condition,
      approximateInvokeCount: event.failures,
    },
    requestPayload: JSON.parse(Buffer.from(event.payload).toString()),
    ...(last && {
      responseContext: {
        statusCode: 200,
        executedVersion: last.executedVersion,
        functionError: last.functionError,
      },
      responsePayload: JSON.parse(last.payload.toString()),
    }),
  };
  await sendToDestination(cloud, { destination, roleArn, functionName }, record);
}

/**
 * Sends a record to a queue or topic in the name of a function. Never rejects: what cannot be sent is
 * counted, as on AWS.
 */
export async function sendToDestination(
  cloud: Cloud,
  {
    destination,
    roleArn,
    functionName,
  }: { readonly destination: string; readonly roleArn: string; readonly functionName: string },
  record: object,
): Promise<void> {
  const principal = rolePrincipal(roleArn, functionName);
  const text = JSON.stringify(record);
  const QueueUrl = `${cloud.url}/${cloud.account}/${destination.split(':').pop()}`;
  try {
    await (destination.split(':')[2] === 'sns'
      ? cloud.call('sns', 'Publish', { TopicArn: destination, Message: text }, principal)
      : cloud.call('sqs', 'SendMessage', { QueueUrl, MessageBody: text }, principal));
  } catch (error) {
    recordMetric(cloud, { functionName }, 'DestinationDeliveryFailures', 1);
    cloud.log(
      `lambda: no record of a failure of ${functionName} in ${destination}: ${(error as Error).message}`,
    );
  }
}
