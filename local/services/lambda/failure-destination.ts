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

/**
 * Checks a destination for failed events.
 *
 * @throws AwsError InvalidParameterValueException if the function's role may not send to it
 */
export function checkDestination(cloud: Cloud, roleArn: string, destination: string): void {
  const service = destination.split(':')[2];
  if (service !== 'sqs') throw new NotImplementedError(`destinations of the service ${service}`);
  if (roleMay(cloud, roleArn, 'sqs:SendMessage', destination)) return;
  throw new AwsError(
    'InvalidParameterValueException',
    `The function's execution role does not have permissions to call SendMessage on ${destination}`,
  );
}

/**
 * Sends the record of an event that was given up, in the form of
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html. Never rejects: what
 * cannot be sent is counted, as on AWS.
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
  const QueueUrl = `${cloud.url}/${cloud.account}/${destination.split(':').pop()}`;
  const input = { QueueUrl, MessageBody: JSON.stringify(record) };
  try {
    await cloud.call('sqs', 'SendMessage', input, rolePrincipal(roleArn, functionName));
  } catch (error) {
    recordMetric(cloud, { functionName }, 'DestinationDeliveryFailures', 1);
    cloud.log(
      `lambda: no record of a failure of ${functionName} in ${destination}: ${(error as Error).message}`,
    );
  }
}
