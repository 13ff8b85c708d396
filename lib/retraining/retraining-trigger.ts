import { Duration, type Size } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { EventField, type EventPattern, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { FailureQueue } from '../monitoring/failure-queue';
import type { PartContext } from '../runtime/part-context';
import { PartFunction } from '../runtime/part-function';
import { Validation } from '../runtime/validation';

/** An event of another system that starts a retraining. */
export interface RetrainingEvent {
  /** Events on the account's default bus. */
  readonly pattern: EventPattern;
  /** Why they request a retraining, in words. */
  readonly reason: string;
}

/** What starts a retraining besides a person, and how often. */
export interface RetrainingTriggerOptions {
  /**
   * Retrain when the drift alarm goes off.
   * @default true
   */
  readonly onDrift?: boolean;

  /**
   * Retrain when the quality alarm goes off.
   * @default true
   */
  readonly onQuality?: boolean;

  /**
   * Retrain when there are enough new files below `training-data/`: any one of `minimumNewFiles`,
   * `minimumNewData` and `maximumNewDataAge`. Turns on notifications to EventBridge of a bucket of your own.
   * @default false
   */
  readonly onNewData?: boolean;

  /**
   * New files that are enough.
   * @default - 1, if `minimumNewData` and `maximumNewDataAge` are not given either
   */
  readonly minimumNewFiles?: number;

  /**
   * Size of all new files that starts a retraining.
   * @default - not considered
   */
  readonly minimumNewData?: Size;

  /**
   * Age of the oldest new file that starts a retraining, checked every hour.
   * @default - not considered
   */
  readonly maximumNewDataAge?: Duration;

  /**
   * Retrain regularly.
   * @default - no schedule
   */
  readonly schedule?: Schedule;

  /**
   * Retrain on events of other systems, such as the end of a data load.
   * @default - none
   */
  readonly events?: RetrainingEvent[];

  /**
   * Time after the start of a retraining in which events start no other one; they are kept for the next.
   * @default 6 hours
   */
  readonly cooldown?: Duration;

  /**
   * Retrainings in seven days, whoever started them. Only a person can exceed it.
   * @default - no limit
   */
  readonly maximumPerWeek?: number;
}

export interface RetrainingTriggerProps extends RetrainingTriggerOptions {
  readonly context: PartContext;
  readonly stateMachine: IStateMachine;
  readonly driftAlarm: IAlarm;
  /** @default - none */
  readonly qualityAlarm?: IAlarm;
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
export class RetrainingTrigger extends Construct {
  readonly handler: IFunction;
  /** How often retrainings may start. */
  readonly limits: RetrainingLimits;
  private readonly failures: FailureQueue;

  constructor(scope: Construct, id: string, props: RetrainingTriggerProps) {
    super(scope, id);
    this.validate(props);
    const { context, stateMachine } = props;
    this.failures = context.failures;
    this.limits = {
      cooldownMinutes: (props.cooldown ?? Duration.hours(6)).toMinutes(),
      maximumPerWeek: props.maximumPerWeek,
    };
    const alarms = [
      ...((props.onDrift ?? true)
        ? [{ id: 'Drift', trigger: 'drift' as const, alarm: props.driftAlarm }]
        : []),
      ...((props.onQuality ?? true) && props.qualityAlarm
        ? [{ id: 'Quality', trigger: 'quality' as const, alarm: props.qualityAlarm }]
        : []),
    ];
    const handler = new PartFunction(this, 'Handler', {
      context,
      asset: 'trigger-retraining',
      description: 'Starts a retraining, one at a time, with a cool-down',
      settings: {
        stateMachineArn: stateMachine.stateMachineArn,
        limits: this.limits,
        alarms: alarms.map(({ alarm, trigger }) => ({ alarmName: alarm.alarmName, trigger })),
        newData: props.onNewData ? newDataPolicy(props) : undefined,
      },
    })
      .canRead('retraining/')
      .canWrite('retraining/')
      .canTellSystems()
      .reportsFailedEventsTo(context.failures)
      .allow(['states:StartExecution', 'states:ListExecutions'], [stateMachine.stateMachineArn]);
    // What has come since the latest snapshot.
    if (props.onNewData) handler.canRead('datasets/').canListVersions();
    // CloudWatch tells of composite alarms only who may describe all alarms: the reference of DescribeAlarms.
    if (alarms.length > 0) handler.allow(['cloudwatch:DescribeAlarms'], ['*']);
    stateMachine.grantExecution(handler, 'states:DescribeExecution');
    this.handler = handler;
    const retrains = `Retrains ${context.pipelineName}`;
    for (const { id: name, trigger, alarm } of alarms) {
      this.rule(`On${name}`, `${retrains} when its ${trigger} alarm goes off`, {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        resources: [alarm.alarmArn],
        detail: { state: { value: ['ALARM'] } },
      });
    }
    if (props.onNewData) {
      this.rule('OnNewData', `${retrains} when new labeled data arrive`, {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [context.bucket.bucketName] },
          object: { key: [{ prefix: 'training-data/' }] },
        },
      });
    }
    for (const [index, { pattern, reason }] of (props.events ?? []).entries()) {
      const source = `event-${index + 1}`;
      const event = RuleTargetInput.fromObject({ event: { source, reason, time: EventField.time } });
      this.rule(`OnEvent${index + 1}`, `${retrains}: ${reason}`.slice(0, 512), pattern, event);
    }
    if (props.schedule) {
      new Rule(this, 'OnSchedule', {
        description: `${retrains} regularly`,
        schedule: props.schedule,
        targets: [context.failures.behind(new LambdaFunction(handler))],
      });
    }
    // Alarms tell that they go on, and not that they are on: what came in the cool-down is considered again.
    new Rule(this, 'LookAgain', {
      description: `${retrains} for waiting requests, when limits allow it`,
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [
        context.failures.behind(
          new LambdaFunction(handler, { event: RuleTargetInput.fromObject({ lookAgain: true }) }),
        ),
      ],
    });
  }

  private rule(id: string, description: string, eventPattern: EventPattern, event?: RuleTargetInput): void {
    new Rule(this, id, {
      description,
      eventPattern,
      targets: [this.failures.behind(new LambdaFunction(this.handler, { event }))],
    });
  }

  private validate(props: RetrainingTriggerProps): void {
    const { minimumNewFiles, minimumNewData, maximumNewDataAge, maximumPerWeek, onNewData } = props;
    const thresholds = Object.entries({ minimumNewFiles, minimumNewData, maximumNewDataAge });
    const given = thresholds.filter(([, value]) => value !== undefined).map(([name]) => name);
    const isCount = (value: number | undefined) =>
      value === undefined || (Number.isInteger(value) && value >= 1);
    const validation = new Validation(this)
      .check(
        minimumNewFiles,
        isCount(minimumNewFiles),
        'retraining.minimumNewFiles must be a whole number of at least 1',
      )
      .check(
        maximumPerWeek,
        isCount(maximumPerWeek),
        'retraining.maximumPerWeek must be a whole number of at least 1',
      )
      .check(
        given,
        given.length === 0 || onNewData === true,
        'thresholds of new data need retraining.onNewData: true',
      )
      .check(
        props.onQuality,
        props.onQuality !== true || props.qualityAlarm !== undefined,
        'retraining.onQuality needs a quality alarm',
      );
    for (const { pattern, reason } of props.events ?? []) {
      validation
        .check(reason, reason.trim() !== '', 'the reason of an event in retraining.events must not be empty')
        .check(
          pattern,
          Object.values(pattern).some((value) => value !== undefined),
          'the pattern of an event in retraining.events must not be empty: it would match every event',
        );
    }
    validation.finish();
  }
}

function newDataPolicy({ minimumNewFiles, minimumNewData, maximumNewDataAge }: RetrainingTriggerOptions) {
  const isOpen = minimumNewData === undefined && maximumNewDataAge === undefined;
  return {
    files: minimumNewFiles ?? (isOpen ? 1 : undefined),
    bytes: minimumNewData?.toBytes(),
    ageMinutes: maximumNewDataAge?.toMinutes(),
  };
}
