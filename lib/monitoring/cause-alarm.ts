import {
  Alarm,
  AlarmRule,
  AlarmState,
  CompositeAlarm,
  type IAlarm,
  type IAlarmRule,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { RunbookId } from '../../contracts/runbook';
import { explainCompliance } from '../platform/explained-rules';
import { explainAlarm } from './alarm-runbook';
import { notifyOf } from './alert-topic';
import type { Severity } from './severity';

export interface CauseAlarmProps {
  /** What is wrong if any of the alarms has gone off, in words. */
  readonly description: string;
  readonly severity: Severity;
  /** Section of the runbook that says what to do. */
  readonly section: RunbookId;
  /** Alarms that one cause sets off together. They have no actions of their own. */
  readonly alarms: readonly IAlarm[];
  readonly topic: ITopic;
  /**
   * While this alarm has gone off, it is the cause, and nobody is notified of this one.
   * @default - none
   */
  readonly unless?: IAlarm;
  /**
   * Whether the topic also learns when the alarm is over, so that an incident closes.
   * @default false
   */
  readonly notifiesOfEnd?: boolean;
}

/** A composite alarm that notifies once of what sets off several alarms. */
export function causeAlarm(scope: Construct, id: string, props: CauseAlarmProps): CompositeAlarm {
  const { alarms, unless, topic, severity } = props;
  const any = AlarmRule.anyOf(...alarms.map(inAlarm));
  const alarm = new CompositeAlarm(scope, id, {
    alarmDescription: `${props.description} [${severity}]`,
    alarmRule: unless ? AlarmRule.allOf(any, AlarmRule.not(inAlarm(unless))) : any,
  });
  notifyOf(alarm, topic);
  if (props.notifiesOfEnd) alarm.addOkAction(new SnsAction(topic));
  for (const each of alarms) {
    if (!(each instanceof Alarm)) continue;
    const reason = `the composite alarm ${id} notifies of it and of others that have the same cause`;
    explainCompliance(each, 'CloudWatchAlarmAction', reason);
  }
  return explainAlarm(alarm, props.section);
}

function inAlarm(alarm: IAlarm): IAlarmRule {
  return AlarmRule.fromAlarm(alarm, AlarmState.ALARM);
}
