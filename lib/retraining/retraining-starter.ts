import { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { EventField, type EventPattern, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { AlarmThatRetrains, WatchedData } from '../../contracts/functions/retraining';
import type { FailureQueue } from '../monitoring/failure-queue';
import type { PartContext } from '../runtime/part-context';
import { PartFunction } from '../runtime/part-function';
import { Validation } from '../runtime/validation';
import type { RetrainingCauses } from './retraining-causes';

/** An alarm that starts retrainings. */
export interface StartingAlarm extends Pick<AlarmThatRetrains, 'trigger' | 'reason'> {
  readonly alarm: IAlarm;
}

export interface RetrainingStarterProps extends RetrainingCauses {
  readonly context: PartContext;
  readonly stateMachine: IStateMachine;
  readonly alarms: readonly StartingAlarm[];
  /** What the keys of its records begin with. */
  readonly prefix: string;
  /** Which objects of the bucket are training data, and which of them are new. */
  readonly data: Pick<WatchedData, 'prefix' | 'newSince'>;
  /** What the names of the causes begin with in errors, such as `retraining.`. */
  readonly where: string;
}

/** How often retrainings may start. */
export interface RetrainingLimits {
  /** Time after a start in which events start no other one. */
  readonly cooldownMinutes: number;
  /**
   * Starts in seven days.
   * @default - no limit
   */
  readonly maximumPerWeek?: number;
}

/** The one way into retraining: every event comes here, and a storm of them starts one. */
export class RetrainingStarter extends Construct {
  readonly handler: IFunction;
  /** How often retrainings may start. */
  readonly limits: RetrainingLimits;
  private readonly failures: FailureQueue;

  constructor(scope: Construct, id: string, props: RetrainingStarterProps) {
    super(scope, id);
    this.validate(props);
    const { context, stateMachine, alarms, prefix, data } = props;
    this.failures = context.failures;
    this.limits = {
      cooldownMinutes: (props.cooldown ?? Duration.hours(6)).toMinutes(),
      maximumPerWeek: props.maximumPerWeek,
    };
    const handler = new PartFunction(this, 'Handler', {
      context,
      asset: 'trigger-retraining',
      description: 'Starts a retraining, one at a time, with a cool-down',
      settings: {
        stateMachineArn: stateMachine.stateMachineArn,
        limits: this.limits,
        alarms: alarms.map(({ alarm, trigger, reason }) => ({ alarmName: alarm.alarmName, trigger, reason })),
        newData: props.onNewData ? { ...data, ...newDataPolicy(props) } : undefined,
        prefix,
      },
    })
      .canRead(prefix)
      .canWrite(prefix)
      .canTellSystems()
      .reportsFailedEventsTo(context.failures)
      .allow(['states:StartExecution', 'states:ListExecutions'], [stateMachine.stateMachineArn]);
    if (props.onNewData) handler.canListVersions();
    if (props.onNewData && data.newSince === 'snapshot') handler.canRead('datasets/');
    // CloudWatch tells of composite alarms only who may describe all alarms: the reference of DescribeAlarms.
    if (alarms.length > 0) handler.allow(['cloudwatch:DescribeAlarms'], ['*']);
    stateMachine.grantExecution(handler, 'states:DescribeExecution');
    this.handler = handler;
    const retrains = `Retrains ${context.pipelineName}`;
    // Alarms tell that they go on, and not that they are on: what came in the cool-down is considered again.
    // "A rule can have both an EventPattern and a ScheduleExpression":
    // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
    const causes = alarms.length > 0 ? `${inWords(alarms.slice(0, ALARMS_OF_A_RULE))}; ` : '';
    const lookAgain = new Rule(this, 'LookAgain', {
      description: `${retrains}: ${causes}limits allow a waiting request`.slice(0, LONGEST_DESCRIPTION),
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [context.failures.behind(new LambdaFunction(handler))],
    });
    for (let index = 0; index < alarms.length; index += ALARMS_OF_A_RULE) {
      const some = alarms.slice(index, index + ALARMS_OF_A_RULE);
      const pattern = {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        resources: some.map(({ alarm }) => alarm.alarmArn),
        detail: { state: { value: ['ALARM'] } },
      };
      if (index > 0) this.rule(`OnAlarm${index + 1}`, `${retrains}: ${inWords(some)}`, pattern);
      else lookAgain.addEventPattern(pattern);
    }
    if (props.onNewData) {
      this.rule('OnNewData', `${retrains} when new labeled data arrive`, {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [context.bucket.bucketName] },
          object: { key: [{ prefix: data.prefix }] },
        },
      });
    }
    for (const [index, { pattern, reason }] of (props.events ?? []).entries()) {
      const source = `event-${index + 1}`;
      const event = RuleTargetInput.fromObject({ event: { source, reason, time: EventField.time } });
      this.rule(`OnEvent${index + 1}`, `${retrains}: ${reason}`, pattern, event);
    }
    if (props.schedule) {
      new Rule(this, 'OnSchedule', {
        description: `${retrains} regularly`,
        schedule: props.schedule,
        // Events of schedules say no more than which rule they are of.
        targets: [
          context.failures.behind(
            new LambdaFunction(handler, {
              event: RuleTargetInput.fromObject({ schedule: { time: EventField.time } }),
            }),
          ),
        ],
      });
    }
  }

  private rule(id: string, description: string, eventPattern: EventPattern, event?: RuleTargetInput): void {
    new Rule(this, id, {
      description: description.slice(0, LONGEST_DESCRIPTION),
      eventPattern,
      targets: [this.failures.behind(new LambdaFunction(this.handler, { event }))],
    });
  }

  private validate(props: RetrainingStarterProps): void {
    const { minimumNewFiles, minimumNewData, maximumNewDataAge, maximumPerWeek, onNewData, where } = props;
    const thresholds = Object.entries({ minimumNewFiles, minimumNewData, maximumNewDataAge });
    const given = thresholds.filter(([, value]) => value !== undefined).map(([name]) => name);
    const isCount = (value: number | undefined) =>
      value === undefined || (Number.isInteger(value) && value >= 1);
    const validation = new Validation(this)
      .check(
        minimumNewFiles,
        isCount(minimumNewFiles),
        `${where}minimumNewFiles must be a whole number of at least 1`,
      )
      .check(
        maximumPerWeek,
        isCount(maximumPerWeek),
        `${where}maximumPerWeek must be a whole number of at least 1`,
      )
      .check(
        given,
        given.length === 0 || onNewData === true,
        `thresholds of new data need ${where}onNewData: true`,
      );
    for (const { pattern, reason } of props.events ?? []) {
      validation
        .check(reason, reason.trim() !== '', `the reason of an event in ${where}events must not be empty`)
        .check(
          pattern,
          Object.values(pattern).some((value) => value !== undefined),
          `the pattern of an event in ${where}events must not be empty: it would match every event`,
        );
    }
    validation.finish();
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const LONGEST_DESCRIPTION = 512;

/**
 * An event pattern has up to 2,048 characters:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
const ALARMS_OF_A_RULE = 5;

function inWords(alarms: readonly StartingAlarm[]): string {
  return alarms.map(({ trigger, reason }) => reason ?? `the ${trigger} alarm goes off`).join('; ');
}

function newDataPolicy({ minimumNewFiles, minimumNewData, maximumNewDataAge }: RetrainingCauses) {
  const isOpen = minimumNewData === undefined && maximumNewDataAge === undefined;
  return {
    files: minimumNewFiles ?? (isOpen ? 1 : undefined),
    bytes: minimumNewData?.toBytes(),
    ageMinutes: maximumNewDataAge?.toMinutes(),
  };
}
