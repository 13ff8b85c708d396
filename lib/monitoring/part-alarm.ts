import { Alarm, type AlarmProps, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { RunbookId } from '../../contracts/runbook';
import { explainAlarm } from './alarm-runbook';
import { notifyOf } from './alert-topic';

/** By default, the alarm goes off at one value above the threshold. */
export interface PartAlarmProps
  extends Pick<AlarmProps, 'metric' | 'threshold'>,
    Partial<
      Pick<AlarmProps, 'comparisonOperator' | 'evaluationPeriods' | 'datapointsToAlarm' | 'treatMissingData'>
    > {
  /** Name of the pipeline and of its part, such as a stream. */
  readonly subject: string;
  readonly problem: string;
  readonly section: RunbookId;
  readonly topic: ITopic;
}

/** Three of five periods, of problems that may pass by themselves. */
export const LASTING = { evaluationPeriods: 5, datapointsToAlarm: 3 };

/**
 * An alarm of a part of a pipeline, such as a batch, a stream, an API or a sink, which notifies people and
 * names its section of the runbook.
 */
export function partAlarm(scope: Construct, id: string, props: PartAlarmProps): Alarm {
  const { subject, problem, section, topic, ...condition } = props;
  const alarm = new Alarm(scope, id, {
    alarmDescription: `${subject}: ${problem}`,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    ...condition,
  });
  notifyOf(alarm, topic);
  return explainAlarm(alarm, section);
}
