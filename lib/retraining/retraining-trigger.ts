import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { type IStateMachine, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ArtifactBucket } from '../artifacts/artifact-bucket';
import { explainPolicies } from '../platform/explained-rules';
import { contextOfPart, type PartProps } from '../platform/part-props';
import { asFolder } from '../runtime/as-folder';
import { checkPartName } from '../runtime/part-name';
import { Validation } from '../runtime/validation';
import type { RetrainingCauses } from './retraining-causes';
import { RetrainingStarter } from './retraining-starter';

/** An alarm that starts a retraining when it goes off. */
export interface RetrainingAlarm {
  /** A metric alarm or a composite alarm of the stack's account and region. */
  readonly alarm: IAlarm;
  /** Why it requests a retraining, in words. */
  readonly reason: string;
}

export interface RetrainingTriggerProps extends RetrainingCauses, PartProps {
  /**
   * The workflow that retrains, a standard one. The input of its executions is `{ "trigger", "reason",
   * "hyperparameters" }`: what started it first (`alarm`, `data`, `event`, `schedule` or `manual`), all
   * reasons in words, and what a person gave, if anything.
   */
  readonly stateMachine: IStateMachine;

  /**
   * Alarms that start a retraining.
   * @default - none
   */
  readonly alarms?: RetrainingAlarm[];

  /**
   * Bucket of the training data, and of the trigger's records.
   * @default - a new one, which is retained when the stack is deleted
   */
  readonly bucket?: IBucket;

  /**
   * What the keys of training data begin with; files are new that were written since the latest start.
   * @default 'training-data/'
   */
  readonly dataPrefix?: string;

  /**
   * What the keys of the trigger's records begin with.
   * @default - `retraining-trigger/<triggerName>/`
   */
  readonly prefix?: string;

  /**
   * Name of the trigger in its events (`pipeline` of `RetrainingStarted`) and in descriptions: 1 to 40
   * lower-case letters, digits and inner hyphens.
   * @default - id of the construct, in lower case
   */
  readonly triggerName?: string;
}

/**
 * The one way into anybody's retraining workflow: alarms, new data, schedules, events and people start it
 * here, one execution at a time, with a cool-down and a budget. What must wait is kept, and considered again
 * every hour.
 */
export class RetrainingTrigger extends Construct {
  /**
   * The function that starts retrainings. A person invokes it with `{ "reason": "..." }`; `"force": true`
   * skips cool-down and budget, and `hyperparameters` are handed to the workflow.
   */
  readonly handler: IFunction;
  /** The topic that notifies people if an event could not be handled. */
  readonly topic: ITopic;
  /** The bucket of the training data and of the trigger's records. */
  readonly bucket: IBucket;

  /** @throws Error that lists what is wrong with the props, and where */
  constructor(scope: Construct, id: string, props: RetrainingTriggerProps) {
    super(scope, id);
    const { stateMachine, encryptionKey, alarms = [] } = props;
    const triggerName = props.triggerName ?? id.toLowerCase();
    this.validate(props, triggerName);
    this.bucket = props.bucket ?? new ArtifactBucket(this, 'Bucket', { encryptionKey }).bucket;
    if (props.onNewData) props.bucket?.enableEventBridgeNotification();
    const context = contextOfPart(this, { pipelineName: triggerName, bucket: this.bucket }, props);
    this.topic = context.topic;
    const prefix = asFolder(props.prefix ?? `retraining-trigger/${triggerName}`);
    const starter = new RetrainingStarter(this, 'Starter', {
      ...props,
      context,
      stateMachine,
      alarms: alarms.map(({ alarm, reason }) => ({
        alarm,
        reason,
        trigger: 'alarm',
      })),
      prefix,
      data: { prefix: props.dataPrefix ?? 'training-data/', newSince: 'start' },
      where: '',
    });
    this.handler = starter.handler;
    explainPolicies(this, prefix);
  }

  private validate({ alarms = [], stateMachine }: RetrainingTriggerProps, triggerName: string): void {
    const validation = checkPartName(new Validation(this), 'triggerName', triggerName).check(
      'EXPRESS',
      !(stateMachine instanceof StateMachine) || stateMachine.stateMachineType === StateMachineType.STANDARD,
      'stateMachine must be a standard one: executions of others cannot be found again',
    );
    for (const { reason } of alarms) {
      validation.check(reason, reason.trim() !== '', 'the reason of an alarm in alarms must not be empty');
    }
    validation.finish();
  }
}
