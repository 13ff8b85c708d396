import { NotImplementedError } from '../../gateway/aws-error';
import { servicePrincipal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';
import { functionPayload, type Transition, topicMessage } from './alarm-notification';

/**
 * Refuses actions that would never be done: only topics, functions and scaling policies are known.
 *
 * @throws AwsError NotImplementedByLocalCloud
 */
export function validateActions(alarmName: string, arns: readonly string[]): void {
  const unknown = arns.find((arn) => !['sns', 'lambda', 'autoscaling'].includes(arn.split(':')[2] ?? ''));
  if (unknown !== undefined)
    throw new NotImplementedError(`the alarm action ${unknown} (alarm ${alarmName})`);
}

/** The actions that an alarm has for its present state. */
export function actionsOf({ alarm, current }: Transition): readonly string[] {
  if (alarm.ActionsEnabled === false) return [];
  if (current.value === 'ALARM') return alarm.AlarmActions ?? [];
  return (current.value === 'OK' ? alarm.OKActions : alarm.InsufficientDataActions) ?? [];
}

/** Does one action; CloudWatch needs leave from the resource's own policy. */
export async function perform(arn: string, transition: Transition, cloud: Cloud): Promise<void> {
  const service = arn.split(':')[2];
  const alarmArn = transition.alarm.AlarmArn as string;
  if (service === 'sns') {
    const { subject, message } = topicMessage(transition, cloud);
    await cloud.call(
      'sns',
      'Publish',
      { TopicArn: arn, Subject: subject, Message: JSON.stringify(message) },
      servicePrincipal('cloudwatch.amazonaws.com', cloud.account, alarmArn),
    );
  } else if (service === 'lambda') {
    const Payload = Buffer.from(JSON.stringify(functionPayload(transition, cloud)));
    await cloud.call(
      'lambda',
      'Invoke',
      { FunctionName: arn, InvocationType: 'Event', Payload },
      servicePrincipal('lambda.alarms.cloudwatch.amazonaws.com', cloud.account, alarmArn),
    );
  } else {
    cloud.log(`monitoring: ${arn} is asked to scale; the local cloud does not scale`);
  }
}
