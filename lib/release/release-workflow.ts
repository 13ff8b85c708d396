import { Duration } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { generatedNamePrefix, type PipelineContext } from '../runtime/pipeline-context';
import { arn, PipelineFunction } from '../runtime/pipeline-function';
import { Workflow } from '../runtime/workflow';
import type { Hosting } from '../serving/hosting';
import { canaryPolicy } from './canary-analysis';
import { releaseStates } from './release-states';
import type { ReleaseStrategy } from './release-strategy';

export interface ReleaseWorkflowProps {
  readonly context: PipelineContext;
  readonly strategy: ReleaseStrategy;
  readonly hosting: Hosting;
  /** Environment of the serving container; what begins with `SAGEMAKER_` gives way to what the version was registered with. */
  readonly servingEnvironment: { [name: string]: string };
  /** The role that endpoints run with. */
  readonly executionRole: IRole;
}

/**
 * Gives a registered version the production traffic: a second variant beside the champion's, smoke-tested before any
 * traffic, then shifted to step by step under analysis, with the champion coming back at any failure.
 *
 * Input: `{ "modelVersion": "1.2.0", "reason": "..." }`.
 */
export class ReleaseWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: ReleaseWorkflowProps) {
    super(scope, id);
    const { context, hosting } = props;
    const schedule = props.strategy.bind();
    const plan = new PipelineFunction(this, 'PlanRelease', {
      context,
      asset: 'plan-release',
      description: 'Plans a release: variant, names, weights, and what to retire',
      settings: {
        weights: schedule.weights,
        servingEnvironment: props.servingEnvironment,
        hosting: { instanceType: hosting.instanceType, initialInstanceCount: hosting.instanceCount },
      },
    })
      .canChangeRouting()
      .canReadRegistry();
    const smokeTest = new PipelineFunction(this, 'SmokeTest', {
      context,
      asset: 'smoke-test',
      description: 'Asks the new variant with recorded requests before it gets traffic',
    })
      .canRead('datasets/')
      .allow(['sagemaker:InvokeEndpoint'], [arn(this, 'sagemaker', `endpoint/${context.pipelineName}`)]);
    const analyse = new PipelineFunction(this, 'AnalyseStep', {
      context,
      asset: 'analyse-step',
      description: 'Compares challenger and champion over the same minutes',
      settings: {
        durations: {
          step: schedule.stepDuration.toMinutes(),
          bake: schedule.bakeTime.toMinutes(),
          longest: schedule.maximumStepDuration.toMinutes(),
        },
        policy: canaryPolicy(schedule.analysis),
      },
    }).allow(['cloudwatch:GetMetricData'], ['*']);
    const record = new PipelineFunction(this, 'RecordRelease', {
      context,
      asset: 'record-release',
      description: 'Writes the routing document and the ledger, and tells people',
    })
      .canRead('ledger/')
      .canWrite('ledger/')
      .canChangeRouting()
      .canNotify()
      .allow(['sagemaker:UpdateModelPackage'], [context.registry.arnForVersions()]);

    const functions = { plan, smokeTest, analyse, record };
    const workflow = new Workflow(this, 'Workflow', {
      comment: `Releases a version of ${context.pipelineName}`,
      startAt: 'PlanRelease',
      functions: Object.values(functions),
      states: releaseStates({
        context,
        schedule,
        functions,
        executionRoleArn: props.executionRole.roleArn,
        capturePercentage: hosting.capturePercentage,
      }),
      // Endpoints take their time, so that this is far beyond the schedule.
      timeout: Duration.minutes(
        schedule.weights.length * schedule.maximumStepDuration.toMinutes() + Duration.days(2).toMinutes(),
      ),
    });
    const named = (kind: string) =>
      arn(this, 'sagemaker', `${kind}/${generatedNamePrefix(context.pipelineName).toLowerCase()}*`);
    workflow
      .allow(
        [
          'sagemaker:CreateEndpoint',
          'sagemaker:UpdateEndpoint',
          'sagemaker:UpdateEndpointWeightsAndCapacities',
          'sagemaker:DescribeEndpoint',
          'sagemaker:DeleteEndpoint',
        ],
        [named('endpoint'), named('endpoint-config')],
      )
      .allow(['sagemaker:CreateEndpointConfig', 'sagemaker:DeleteEndpointConfig'], [named('endpoint-config')])
      .allow(['sagemaker:CreateModel', 'sagemaker:DeleteModel'], [named('model')])
      .allow(['sagemaker:AddTags'], [named('model'), named('endpoint'), named('endpoint-config')])
      .allow(['iam:PassRole'], [props.executionRole.roleArn], {
        StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
      });
    this.stateMachine = workflow.stateMachine;
  }
}
