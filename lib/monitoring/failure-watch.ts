import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { PipelineContext } from '../runtime/pipeline-context';
import { PipelineFunction } from '../runtime/pipeline-function';
import { failureAlarm } from './failure-alarm';

export interface FailureWatchProps {
  readonly context: PipelineContext;
  /**
   * Its failures are reported. So are those of releases, by this very workflow, which finds out what is to be
   * undone.
   */
  readonly restoreStateMachine: IStateMachine;
  readonly registrationStateMachine: IStateMachine;
  /** Of the function that records how workflows end, which this one is like. */
  readonly role: IRole;
  /** @default - there are no retrainings */
  readonly retrainingStateMachine?: IStateMachine;
}

/**
 * Sees to it that no failure is silent: each gets one entry in the ledger and one notification, unless what
 * failed has recorded its end itself. What cannot even be reported stays in the queue, and an alarm goes off
 * without a function in between.
 */
export class FailureWatch extends Construct {
  /** Ends of workflows; does not outlive what stops them when the stack is deleted. */
  readonly rule: Rule;
  /** Goes off when failures are not reported. */
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, props: FailureWatchProps) {
    super(scope, id);
    const { context, restoreStateMachine, registrationStateMachine, retrainingStateMachine } = props;
    const { pipelineName, failures } = context;
    const { queue } = failures;
    const handler = new PipelineFunction(this, 'Report', {
      context,
      role: props.role,
      asset: 'report-failure',
      description: 'Writes failures that nothing else recorded to the ledger, and notifies people',
      settings: {
        stateMachines: {
          restore: restoreStateMachine.stateMachineArn,
          registration: registrationStateMachine.stateMachineArn,
          retraining: retrainingStateMachine?.stateMachineArn,
        },
      },
    })
      .canRecord()
      .canReadRouting()
      .canNotify()
      .allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [queue.queueArn]);
    // One by one, so that a message that fails keeps no other from being reported.
    handler.addEventSourceMapping('Failures', { eventSourceArn: queue.queueArn, batchSize: 1 });
    this.rule = new Rule(this, 'OnFailure', {
      description: `Reports workflows of ${pipelineName} that failed`,
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [
            restoreStateMachine.stateMachineArn,
            registrationStateMachine.stateMachineArn,
            ...(retrainingStateMachine ? [retrainingStateMachine.stateMachineArn] : []),
          ],
          // An execution whose history is full is FAILED, too.
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
      targets: [failures.asTarget()],
    });
    this.alarm = failureAlarm(this, 'NotReported', {
      queue,
      topic: context.topic,
      description: `${pipelineName}: failures are not reported; see the log of the function report-failure, and the queue of failures`,
    });
  }
}
