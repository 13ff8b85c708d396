import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  ComparisonOperator,
  MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { RunbookId } from '../../contracts/runbook';
import { type PartAlarmProps, partAlarm } from '../monitoring/part-alarm';
import type { PartContext } from '../runtime/part-context';
import { Validation } from '../runtime/validation';

export interface BatchAlarmOptions {
  /**
   * Share of a run's rows that may have no prediction, from 0 to 1.
   * @default 0.01
   */
  readonly maximumFailedShare?: number;

  /**
   * Longest time without the end of a run, in whole hours up to 7 days: of a nightly batch 26 hours, for
   * example. The alarm is on from the deployment until the first run ends.
   * @default - no alarm
   */
  readonly maximumTimeBetweenRuns?: Duration;
}

export interface BatchAlarms {
  readonly failedAlarm: Alarm;
  readonly failedRowsAlarm: Alarm;
  readonly driftAlarm: Alarm;
  readonly refusedRowsAlarm?: Alarm;
  readonly lateAlarm?: Alarm;
}

export interface BatchAlarmsProps extends BatchAlarmOptions {
  readonly context: PartContext;
  readonly batchName: string;
  readonly stateMachine: IStateMachine;
  readonly hasSinks: boolean;
  /** A metric of the runs. */
  readonly metric: (name: string) => Metric;
}

/** @throws Error that lists every option out of range */
export function batchAlarms(scope: Construct, props: BatchAlarmsProps): BatchAlarms {
  const { context, batchName, stateMachine, metric, maximumTimeBetweenRuns } = props;
  const { maximumFailedShare = 0.01 } = props;
  const hours = maximumTimeBetweenRuns?.toHours({ integral: false });
  new Validation(scope)
    .check(
      maximumFailedShare,
      maximumFailedShare >= 0 && maximumFailedShare < 1,
      'maximumFailedShare must be at least 0 and below 1',
    )
    // `Period` of PutMetricAlarm in the service model of CloudWatch.
    .check(
      hours,
      hours === undefined || (Number.isInteger(hours) && hours >= 1 && hours <= 168),
      'maximumTimeBetweenRuns must be 1 to 168 whole hours, since CloudWatch looks back seven days at most',
    )
    .finish();
  const subject = `${context.pipelineName}, batch ${batchName}`;
  const alarm = (id: string, problem: string, section: RunbookId, condition: AlarmCondition) =>
    partAlarm(scope, id, { subject, problem, section, topic: context.topic, ...condition });
  const period = Duration.minutes(5);
  const failures = new MathExpression({
    // Where one of both has no datapoint, their sum has none either:
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    expression: 'FILL(failed, 0) + FILL(timedOut, 0)',
    usingMetrics: {
      failed: stateMachine.metricFailed({ period }),
      timedOut: stateMachine.metricTimedOut({ period }),
    },
    label: 'failed runs',
    period,
  });
  return {
    failedAlarm: alarm('FailedAlarm', 'a run failed', 'batchFailed', { metric: failures, threshold: 0 }),
    failedRowsAlarm: alarm(
      'FailedRowsAlarm',
      `more than ${maximumFailedShare * 100} % of the rows of a run have no prediction`,
      'batchRows',
      { metric: metric('BatchFailedShare'), threshold: maximumFailedShare },
    ),
    driftAlarm: alarm(
      'DriftAlarm',
      'the input has drifted from the training data of the version',
      'batchDrift',
      { metric: metric('BatchDriftedFeatures'), threshold: 0 },
    ),
    ...(props.hasSinks && {
      refusedRowsAlarm: alarm('RefusedRowsAlarm', 'a sink has refused rows', 'batchRefused', {
        metric: metric('BatchRefusedRows'),
        threshold: 0,
      }),
    }),
    ...(hours !== undefined && {
      lateAlarm: alarm('LateAlarm', `no run has ended for ${hours} hours`, 'batchLate', {
        metric: metric('BatchRuns'),
        threshold: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluationPeriods: hours,
        // Hours without a run have no datapoint: each of them counts as one without an end.
        treatMissingData: TreatMissingData.BREACHING,
      }),
    }),
  };
}

type AlarmCondition = Omit<PartAlarmProps, 'subject' | 'problem' | 'section' | 'topic'>;
