import { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type CronOptions, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { FunctionSettings } from '../../contracts/functions';
import type { PartContext } from '../runtime/part-context';
import { PartFunction } from '../runtime/part-function';
import { METRIC_NAMESPACE } from './pipeline-metrics';

type MonitorName = 'monitor-model' | 'monitor-quality';

export interface HourlyMonitorProps<Name extends MonitorName> {
  readonly context: PartContext;
  /** Folder of the function in `lambda/`. */
  readonly asset: Name;
  readonly description: string;
  readonly settings: FunctionSettings[Name];
  readonly role: IRole;
  /** Minutes after the full hour. */
  readonly minute: NonNullable<CronOptions['minute']>;
}

/** Invokes a function every hour, which reads what a model answered and publishes metrics. */
export class HourlyMonitor<Name extends MonitorName> extends Construct {
  readonly handler: PartFunction;
  private readonly rule: Rule;

  constructor(scope: Construct, id: string, props: HourlyMonitorProps<Name>) {
    super(scope, id);
    const { context, asset, description, settings, minute, role } = props;
    this.handler = new PartFunction(this, 'Function', {
      context,
      asset,
      description,
      settings,
      role,
      timeout: Duration.minutes(15),
      memorySize: 2048,
    })
      .reportsFailedEventsTo(context.failures)
      .canPublishMetrics(METRIC_NAMESPACE);
    this.rule = new Rule(this, 'Hourly', {
      description: `${description}: ${context.pipelineName}`,
      schedule: Schedule.cron({ minute }),
      targets: [context.failures.behind(new LambdaFunction(this.handler))],
    });
  }

  /**
   * Invokes the function when the alarm goes off, too: "A rule can have both an EventPattern and a
   * ScheduleExpression, in which case the rule triggers on matching events as well as on a schedule."
   * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
   */
  alsoOn(alarm: IAlarm): void {
    this.rule.addEventPattern({
      source: ['aws.cloudwatch'],
      detailType: ['CloudWatch Alarm State Change'],
      resources: [alarm.alarmArn],
      detail: { state: { value: ['ALARM'] } },
    });
  }
}
