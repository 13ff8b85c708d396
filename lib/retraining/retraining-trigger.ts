import { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, type Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { PipelineContext } from '../runtime/pipeline-context';
import { PipelineFunction } from '../runtime/pipeline-function';

/** What starts a retraining besides a person. */
export interface RetrainingTriggerOptions {
  /**
   * Retrain when the drift alarm goes off.
   * @default true
   */
  readonly onDrift?: boolean;

  /**
   * Retrain when files arrive below `training-data/`.
   * @default false
   */
  readonly onNewData?: boolean;

  /**
   * Retrain regularly.
   * @default - no schedule
   */
  readonly schedule?: Schedule;

  /**
   * Time after the start of a retraining in which events start no other one.
   * @default 6 hours
   */
  readonly cooldown?: Duration;
}

export interface RetrainingTriggerProps extends RetrainingTriggerOptions {
  readonly context: PipelineContext;
  readonly stateMachine: IStateMachine;
  readonly driftAlarm: IAlarm;
}

/** The one way into retraining: every event comes here, and a storm of them starts one. */
export class RetrainingTrigger extends Construct {
  readonly handler: IFunction;

  constructor(scope: Construct, id: string, props: RetrainingTriggerProps) {
    super(scope, id);
    const { context, stateMachine } = props;
    const handler = new PipelineFunction(this, 'Handler', {
      context,
      asset: 'trigger-retraining',
      description: 'Starts a retraining, one at a time, with a cool-down',
      settings: {
        stateMachineArn: stateMachine.stateMachineArn,
        cooldownMinutes: (props.cooldown ?? Duration.hours(6)).toMinutes(),
      },
    })
      .canTellSystems()
      .allow(['states:StartExecution', 'states:ListExecutions'], [stateMachine.stateMachineArn]);
    this.handler = handler;
    const targets = [new LambdaFunction(handler)];
    if (props.onDrift ?? true) {
      new Rule(this, 'OnDrift', {
        description: `Retrains ${context.pipelineName} when its drift alarm goes off`,
        eventPattern: {
          source: ['aws.cloudwatch'],
          detailType: ['CloudWatch Alarm State Change'],
          resources: [props.driftAlarm.alarmArn],
          detail: { state: { value: ['ALARM'] } },
        },
        targets,
      });
    }
    if (props.onNewData ?? false) {
      new Rule(this, 'OnNewData', {
        description: `Retrains ${context.pipelineName} when new labelled data arrive`,
        eventPattern: {
          source: ['aws.s3'],
          detailType: ['Object Created'],
          detail: {
            bucket: { name: [context.bucket.bucketName] },
            object: { key: [{ prefix: 'training-data/' }] },
          },
        },
        targets,
      });
    }
    if (props.schedule) {
      new Rule(this, 'OnSchedule', {
        description: `Retrains ${context.pipelineName} regularly`,
        schedule: props.schedule,
        targets,
      });
    }
  }
}
