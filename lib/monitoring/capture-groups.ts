import { Duration, Size } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { ParallelProfilingSettings } from '../../contracts/functions/monitoring';
import { distributedMap } from '../runtime/distributed-map';
import type { PartContext } from '../runtime/part-context';
import { PartFunction } from '../runtime/part-function';
import { invoke, jsonata, succeed } from '../runtime/states';
import { Validation } from '../runtime/validation';
import { Workflow } from '../runtime/workflow';
import type { WatchedModel } from './watched-model';

const SMALLEST_GROUP = Size.mebibytes(1).toBytes();
/** Profiling one takes a function some 3 of its 15 minutes. */
const LARGEST_GROUP = Size.gibibytes(4).toBytes();

/** How several functions profile the recorded requests of an hour. */
export interface ParallelProfilingProps {
  /**
   * Size of the files that one function profiles, of 1 MiB to 4 GiB. Smaller groups are profiled sooner, and
   * cost more: each function also reads the 256 MiB before its group, so that a request that is delivered
   * twice counts once.
   * @default Size.gibibytes(4)
   */
  readonly groupSize?: Size;

  /**
   * Functions that run at the same time, 1 to 1,000: they count toward the account's concurrency.
   * @default 40
   */
  readonly maximumConcurrency?: number;
}

export interface CaptureGroupsProps extends ParallelProfilingProps {
  readonly context: PartContext;
  readonly model: WatchedModel;
}

/**
 * The workflow that profiles an hour with more recorded requests than one group, in groups of files. The
 * monitor starts it, and is invoked again when it ends; at low traffic it never runs.
 */
export class CaptureGroups extends Construct {
  /** How the monitor's function starts it. */
  readonly settings: ParallelProfilingSettings;
  private readonly stateMachine: IStateMachine;
  private readonly context: PartContext;

  constructor(scope: Construct, id: string, props: CaptureGroupsProps) {
    super(scope, id);
    const { context, model, groupSize, maximumConcurrency = 40 } = props;
    const groupBytes = groupSize?.toBytes();
    new Validation(this)
      .check(
        groupBytes,
        groupBytes === undefined || (groupBytes >= SMALLEST_GROUP && groupBytes <= LARGEST_GROUP),
        'monitoring.parallelProfiling.groupSize must be 1 MiB to 4 GiB, in bytes',
      )
      .check(
        maximumConcurrency,
        Number.isInteger(maximumConcurrency) && maximumConcurrency >= 1 && maximumConcurrency <= 1000,
        'monitoring.parallelProfiling.maximumConcurrency must be a whole number of 1 to 1,000',
      )
      .finish();
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
          maxConcurrency: maximumConcurrency,
          results: jsonata('$states.input.results'),
          next: 'Profiled',
        }),
        Profiled: succeed({}),
      },
      functions: [handler],
      timeout: Duration.hours(2),
    }).allowDistributedMap({ list: objects, results: objects });
    this.stateMachine = stateMachine;
    this.settings = {
      stateMachineArn: stateMachine.stateMachineArn,
      ...(groupBytes !== undefined && { groupBytes }),
    };
  }

  /**
   * Lets the monitor's function start the workflow, and invokes it when the workflow ends, in whichever way:
   * the function says which groups are missing.
   */
  serve(monitor: PartFunction): void {
    const { pipelineName, failures } = this.context;
    monitor.allow(['states:StartExecution'], [this.stateMachine.stateMachineArn]);
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
