import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { distributedMap } from '../runtime/distributed-map';
import type { PartContext } from '../runtime/part-context';
import { PartFunction } from '../runtime/part-function';
import { invoke, jsonata, succeed } from '../runtime/states';
import { Workflow } from '../runtime/workflow';
import type { WatchedModel } from './watched-model';

/** Groups that are profiled at the same time. */
const GROUPS_AT_ONCE = 40;

export interface CaptureGroupsProps {
  readonly context: PartContext;
  readonly model: WatchedModel;
}

/**
 * The workflow that profiles an hour whose recorded requests are too many for one function, in groups of files. The
 * monitor starts it, and is invoked again when it ends; at low traffic it never runs.
 */
export class CaptureGroups extends Construct {
  readonly stateMachine: IStateMachine;
  private readonly context: PartContext;

  constructor(scope: Construct, id: string, { context, model }: CaptureGroupsProps) {
    super(scope, id);
    this.context = context;
    const handler = new PartFunction(this, 'Profile', {
      context,
      asset: 'profile-capture',
      description: 'Profiles a group of the files of an hour with many recorded requests',
      timeout: Duration.minutes(15),
      memorySize: 2048,
    });
    model.allowProfiling(handler);
    const objects = context.bucket.arnForObjects(`${model.answersPrefix}*`);
    const { stateMachine } = new Workflow(this, 'Workflow', {
      context,
      comment: `Profiles an hour of ${context.pipelineName} with many recorded requests`,
      startAt: 'ProfileGroups',
      states: {
        ProfileGroups: distributedMap('ProfileGroup', {
          bucketName: context.bucket.bucketName,
          key: jsonata('$states.input.list'),
          item: invoke(handler, jsonata('$states.input'), {}),
          maxConcurrency: GROUPS_AT_ONCE,
          results: jsonata('$states.input.results'),
          next: 'Profiled',
        }),
        Profiled: succeed({}),
      },
      functions: [handler],
      timeout: Duration.hours(2),
    }).allowDistributedMap({ list: objects, results: objects });
    this.stateMachine = stateMachine;
  }

  /** Invokes the monitor's function when the workflow ends, in whichever way: it says which groups are missing. */
  thenInvoke(monitor: IFunction): void {
    const { pipelineName, failures } = this.context;
    new Rule(this, 'OnEnd', {
      description: `Compares an hour of ${pipelineName} whose groups of files have been profiled`,
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [this.stateMachine.stateMachineArn],
          status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
      targets: [failures.behind(new LambdaFunction(monitor))],
    });
  }
}
