import { Duration } from 'aws-cdk-lib';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Workflow } from '../runtime/workflow';
import { type RegistrationStatesProps, registrationStates } from './registration-states';

/**
 * Compares a version that was trained elsewhere with the champion on the holdout that came with it, and
 * registers it as the promotion policy judges it. It releases none but those that came as packages of the
 * registry, if the pipeline says so.
 *
 * Input: what the function `register-artifact` writes.
 */
export class RegistrationWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: RegistrationStatesProps) {
    super(scope, id);
    const { context, judge } = props;
    const workflow = new Workflow(this, 'Workflow', {
      context,
      comment: `Compares versions of ${context.pipelineName} that were trained elsewhere with production, and registers them`,
      startAt: 'BeginRegistration',
      functions: judge.invoked,
      states: registrationStates(props),
      // With what jobs take, and a release in progress that it waits for.
      timeout: Duration.days(2)
        .plus(Duration.minutes(props.releaseTimeout.toMinutes()))
        .plus(judge.approval?.timeout ?? Duration.seconds(0)),
    });
    judge.letJudge(workflow);
    if (props.releaseStateMachine)
      workflow.allow(['states:StartExecution'], [props.releaseStateMachine.stateMachineArn]);
    this.stateMachine = workflow.stateMachine;
  }
}
