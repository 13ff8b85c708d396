import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IAlarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { RequestMetrics } from '../monitoring/request-metrics';
import { explainCompliance } from '../platform/explained-rules';
import { canRecoverRouting } from '../runtime/ownership';
import type { PipelineContext } from '../runtime/pipeline-context';
import { arn, PipelineFunction } from '../runtime/pipeline-function';

export interface ReleaseWatchdogProps {
  readonly context: PipelineContext;
  readonly releaseStateMachine: StateMachine;
  readonly restoreStateMachine: StateMachine;
  readonly hasEndpoint: boolean;
  /** The requests to what serves. */
  readonly requestMetrics: RequestMetrics[];
  /**
   * Alarms that undo the release under way, beside those on the challenger's variant.
   * @default - nothing but a person does: SageMaker watches by itself
   */
  readonly alarms?: IAlarm[];
}

/** Share of the challenger's requests that fail in a minute, above which nobody waits for the analysis. */
const MOST_FAILURES = 0.5;

/**
 * Goes back without the release workflow's help: when a person asks, when most requests to the challenger fail, or when one
 * of the given alarms goes off during a release. The workflow may come to the same verdict at the same time: the champion
 * gets its traffic back once.
 */
export class ReleaseWatchdog extends Construct {
  /** Input: `{}`, or `{ "to": "1.0.0", "reason": "..." }`. */
  readonly handler: IFunction;

  constructor(scope: Construct, id: string, props: ReleaseWatchdogProps) {
    super(scope, id);
    const { context, releaseStateMachine, restoreStateMachine } = props;
    const variantAlarms = (props.alarms ? ['blue', 'green'] : []).flatMap((variant) =>
      props.requestMetrics.map((metrics, index) => ({
        variant,
        alarm: new Alarm(this, index === 0 ? `${variant}Fails` : `${variant}FunctionFails`, {
          alarmDescription: `Most requests to the variant ${variant} of ${context.pipelineName}'s ${metrics.server} fail; if it is a challenger, its release is undone`,
          metric: metrics.failures(variant),
          threshold: MOST_FAILURES,
          comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
          evaluationPeriods: 1,
          treatMissingData: TreatMissingData.NOT_BREACHING,
        }),
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
      description: 'Undoes the release under way, or releases the version before; for people and alarms',
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
      .reportsFailedEvents()
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
      description: `Undoes the release of ${context.pipelineName} during which an alarm goes off`,
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
