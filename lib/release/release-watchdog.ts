import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IAlarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { explainAlarm } from '../monitoring/alarm-runbook';
import type { RequestMetrics } from '../monitoring/request-metrics';
import { explainCompliance } from '../platform/explained-rules';
import { arn } from '../runtime/arn';
import { canRecoverRouting } from '../runtime/ownership';
import type { PipelineContext } from '../runtime/pipeline-context';
import { PipelineFunction } from '../runtime/pipeline-function';
import { SHADOW_VARIANT } from './shadow-variant';

export interface ReleaseWatchdogProps {
  readonly context: PipelineContext;
  readonly releaseStateMachine: StateMachine;
  readonly restoreStateMachine: StateMachine;
  readonly hasEndpoint: boolean;
  /** Whether the challenger gets copies of requests before it gets traffic. */
  readonly hasShadow: boolean;
  /** The requests to the serving endpoint or function. */
  readonly requestMetrics: RequestMetrics[];
  /**
   * Alarms that roll back the release in progress, in addition to those on the challenger's variant.
   * @default - only a person rolls back: SageMaker watches the release itself
   */
  readonly alarms?: IAlarm[];
}

/** Share of the challenger's requests that fail in a minute, above which nobody waits for the analysis. */
const MOST_FAILURES = 0.5;

/**
 * Rolls back without the release workflow: when a person requests it, when most requests to the challenger
 * fail, or when one of the given alarms goes off during a release. The workflow may decide the same at the
 * same time: the champion gets its traffic back once.
 */
export class ReleaseWatchdog extends Construct {
  /** Input: `{}`, or `{ "to": "1.0.0", "reason": "..." }`. */
  readonly handler: IFunction;

  constructor(scope: Construct, id: string, props: ReleaseWatchdogProps) {
    super(scope, id);
    const { context, releaseStateMachine, restoreStateMachine } = props;
    const variants = props.hasShadow ? ['blue', 'green', SHADOW_VARIANT] : ['blue', 'green'];
    const variantAlarms = (props.alarms ? variants : []).flatMap((variant) =>
      // A function beside an endpoint gets no copies.
      props.requestMetrics.slice(0, variant === SHADOW_VARIANT ? 1 : undefined).map((metrics, index) => ({
        variant,
        alarm: explainAlarm(
          new Alarm(this, index === 0 ? `${variant}Fails` : `${variant}FunctionFails`, {
            alarmDescription: `Most requests to the variant ${variant} of ${context.pipelineName}'s ${metrics.server} fail; if it is a challenger, its release is rolled back`,
            metric: metrics.failures(variant),
            threshold: MOST_FAILURES,
            comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluationPeriods: 1,
            treatMissingData: TreatMissingData.NOT_BREACHING,
          }),
          'challenger',
        ),
      })),
    );
    explainCompliance(
      this,
      'CloudWatchAlarmAction',
      'a rule on the changes of state of these alarms undoes the release under way',
    );
    const executions = arn(this, 'states', `execution:${releaseStateMachine.stateMachineName}:*`);
    const handler = new PipelineFunction(this, 'RollBack', {
      context,
      asset: 'roll-back',
      description:
        'Rolls back the release in progress, or releases the previous version; for people and alarms',
      settings: {
        releaseStateMachineArn: releaseStateMachine.stateMachineArn,
        restoreStateMachineArn: restoreStateMachine.stateMachineArn,
        hasEndpoint: props.hasEndpoint,
        variantAlarms: variantAlarms.map(({ alarm, variant }) => ({ alarmName: alarm.alarmName, variant })),
      },
      timeout: Duration.minutes(2),
    })
      .canRecord()
      .canNotify()
      .reportsFailedEventsTo(context.failures)
      .canReadRouting()
      .allow(['states:DescribeExecution', 'states:StopExecution'], [executions])
      .allow(['states:ListExecutions'], [restoreStateMachine.stateMachineArn])
      .allow(
        ['states:StartExecution'],
        [releaseStateMachine.stateMachineArn, restoreStateMachine.stateMachineArn],
      );
    canRecoverRouting(handler, context, props.hasEndpoint);
    this.handler = handler;
    if (!props.alarms) return;
    new Rule(this, 'OnAlarm', {
      description: `Rolls back the release of ${context.pipelineName} when an alarm goes off during it`,
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        resources: [...variantAlarms.map(({ alarm }) => alarm), ...props.alarms].map(
          ({ alarmArn }) => alarmArn,
        ),
        detail: { state: { value: ['ALARM'] } },
      },
      targets: [context.failures.behind(new LambdaFunction(handler))],
    });
  }
}
