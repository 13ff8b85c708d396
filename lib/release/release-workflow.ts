import { Annotations, Duration, Token } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { SourceArchive } from '../artifacts/source-archive';
import { allowEncryptedVolumes } from '../platform/encryption';
import { arn } from '../runtime/arn';
import {
  canRecoverRoutingOfRelease,
  endpointArn,
  generatedArn,
  madeBy,
  madeFor,
  taggedBy,
} from '../runtime/ownership';
import { rolesOf } from '../runtime/part-function';
import type { PipelineContext } from '../runtime/pipeline-context';
import { PipelineFunction, SCALING_OF_ENDPOINTS } from '../runtime/pipeline-function';
import { ServiceRole } from '../runtime/service-role';
import { Validation } from '../runtime/validation';
import { Workflow } from '../runtime/workflow';
import { type EndpointHosting, scalingOf } from '../serving/endpoint-hosting';
import type { Hosting } from '../serving/hosting';
import type { ServerlessInference } from '../serving/serverless-inference';
import { functionReleaseStates, functionRollbackStates } from './function-states';
import { guardrailStates } from './guardrail-states';
import { inPlaceStates } from './in-place-states';
import { releaseFunctions, requestMetricsOf, scaleEndpoint } from './release-functions';
import {
  type GuardrailsSchedule,
  longestRelease,
  type ReleaseSchedule,
  TrafficRouting,
} from './release-schedule';
import { releaseStates } from './release-states';
import { ReleaseWatchdog } from './release-watchdog';
import { restoreStates } from './restore-states';
import { rollbackStates } from './rollback-states';
import type { SmokeTestProps } from './smoke-test';

export interface ReleaseWorkflowProps {
  readonly context: PipelineContext;
  readonly schedule: ReleaseSchedule;
  /**
   * How the endpoint hosts versions.
   * @default - there is no endpoint: `serverlessInference` serves alone
   */
  readonly hosting?: EndpointHosting;
  /**
   * The current scripts. Versions that were registered before each version kept its own scripts have theirs
   * in the same bucket.
   * @default - each version has its own
   */
  readonly source?: SourceArchive;
  /**
   * Environment of the serving container; what begins with `SAGEMAKER_` gives way to what the version was
   * registered with.
   */
  readonly servingEnvironment: { [name: string]: string };
  /**
   * Whether models run without a network.
   * @default false
   */
  readonly networkIsolation?: boolean;
  /** The role that endpoints run with. */
  readonly executionRole: IRole;
  /**
   * A function that answers beside the endpoint, or alone: its requests are judged with those of the
   * endpoint.
   * @default - none
   */
  readonly serverlessInference?: ServerlessInference;
  /**
   * The requests that a version must answer before it gets traffic.
   * @default - the first rows of its holdout
   */
  readonly smokeTest?: SmokeTestProps;
  /** Content types of requests that the container takes. */
  readonly contentTypes: readonly string[];
  /**
   * Alarms on the endpoint's errors and latency, at which SageMaker's deployment guardrails roll back.
   * @default - none; other strategies need none
   */
  readonly endpointAlarms?: IAlarm[];
}

/**
 * Gives a registered version the production traffic: a second variant beside the champion's, smoke-tested
 * before any traffic, then shifted to step by step under analysis, with a rollback to the champion at any
 * failure.
 *
 * Input: `{ "modelVersion": "1.2.0", "reason": "..." }`. With `"modelVersion": "production"` the version in
 * production is released again, with the current hosting settings and function. A version that expects other
 * features than the one in production is refused without `"allowSchemaChange": true`. Only one release is in
 * progress at a time: another one is refused, or waits for its end with `"waitForOthers": true`. Where a
 * function serves alone, the routing document has the traffic share.
 */
export class ReleaseWorkflow extends Construct {
  readonly stateMachine: StateMachine;
  /**
   * Undoes releases whose execution failed, was stopped or timed out, wherever it was. Input: the event of
   * Step Functions, of which it needs `{ "detail": { "name": "<the execution's name>", "status": "ABORTED" }
   * }`.
   */
  readonly restoreStateMachine: StateMachine;
  /** Starts {@link restoreStateMachine}. */
  readonly restoreRule: Rule;
  /**
   * Undoes the release in progress, or releases the version before. Input: `{}`, or `{ "to": "1.0.0",
   * "reason": "..." }`.
   */
  readonly rollbackFunction: IFunction;
  /**
   * Rebuilds a lost routing document, and recreates what somebody deleted of the version in production.
   * Input: `{}`. It takes as many calls as SageMaker takes time, until the answer says `isUp`.
   */
  readonly repairFunction: IFunction;
  /**
   * Answers the release that waits for a person; only if the strategy has {@link ApprovalProps}. Who answers
   * must be proven: `model-pipeline approve` and `reject` sign the proof with the caller's credentials.
   */
  readonly approvalFunction?: IFunction;
  /**
   * Roles of the functions that write versions.
   *
   * @internal
   */
  readonly _versionWriters: IRole[];
  /** How long a release takes at most, once those have ended that it waits for. */
  readonly timeout: Duration;

  constructor(scope: Construct, id: string, props: ReleaseWorkflowProps) {
    super(scope, id);
    const { context, hosting, schedule } = props;
    if (!hosting) refuseWithoutEndpoint(this, schedule, props.serverlessInference);
    const scaling = scalingOf(hosting);
    if (scaling && (schedule.shadow || schedule.approval)) {
      Annotations.of(this).addWarningV2(
        'cdk-model-pipeline:noScalingWhileItWaits',
        'the number of instances does not follow the traffic during a release, and one with a shadow or an approval may take days: choose minCapacity of hosting.scaling so that the traffic of those days is served',
      );
    }
    const functions = releaseFunctions(this, props);
    const { plan, noteShift, writeReport, record, repair, removeUnused, ask } = functions;
    // Lets versions of earlier days keep their code.
    this._versionWriters = rolesOf([plan]);
    this.repairFunction = repair;
    const scale = hosting && scaleEndpoint(this, context, hosting);
    const ofEndpoint = scale ? [scale] : [];
    const planRestore = new PipelineFunction(this, 'PlanRestore', {
      context,
      asset: 'plan-restore',
      description: 'Plans the rollback of a release that ended early',
      settings: { hasEndpoint: hosting !== undefined },
    })
      .canReadRouting()
      .canReadRegistry();
    canRecoverRoutingOfRelease(planRestore, context, hosting !== undefined);

    const named = (kind: string) => generatedArn(this, kind, context);
    const statesProps = {
      context,
      schedule,
      functions,
      executionRoleArn: props.executionRole.roleArn,
    };
    const { guardrails, inPlace } = schedule;
    const alarms = [...(props.endpointAlarms ?? []), ...schedule.rollbackAlarms];
    const endpointProps = hosting &&
      scale && {
        ...statesProps,
        functions: { ...functions, scale },
        hosting,
        scales: scaling !== undefined,
      };
    const states = () => {
      if (!endpointProps) {
        const { maximumRoutingAge } = props.serverlessInference ?? {};
        return functionReleaseStates({ ...statesProps, maximumRoutingAge });
      }
      const alarmNames = alarms.map((alarm) => alarm.alarmName);
      if (guardrails) return guardrailStates({ ...endpointProps, guardrails, alarmNames });
      if (inPlace) return inPlaceStates({ ...endpointProps, inPlace, alarmNames });
      return releaseStates(endpointProps);
    };
    this.timeout = longestRelease(schedule);
    const workflow = new Workflow(this, 'Workflow', {
      context,
      comment: `Releases a version of ${context.pipelineName}`,
      startAt: 'PlanRelease',
      functions: [...Object.values(functions), ...ofEndpoint],
      states: states(),
      // With a release that it waits for.
      timeout: Duration.minutes(2 * this.timeout.toMinutes()),
    });
    for (const role of [workflow.stateMachine.role, ...(repair.role ? [repair.role] : [])]) {
      allowEncryptedVolumes(role, context.platform);
    }
    if (hosting) {
      this.allowChanges(workflow, context);
      const resources = [endpointArn(this, context), named('endpoint-config')];
      workflow
        .allow(['sagemaker:CreateEndpoint'], resources, madeFor(context))
        .allow(['sagemaker:CreateEndpointConfig'], [named('endpoint-config')], madeFor(context))
        .allow(['sagemaker:AddTags'], resources, taggedBy('CreateEndpoint', 'CreateEndpointConfig'))
        // As the CDK's own tasks of SageMaker grant it (aws-stepfunctions-tasks).
        .allow(['sagemaker:ListTags'], resources);
      const watched = alarms.map(({ alarmArn }) => alarmArn);
      if (guardrails || inPlace) workflow.allow(['cloudwatch:DescribeAlarms'], watched);
      if (guardrails && hosting.kind !== 'serverless') {
        refuseGuardrails(this, hosting, alarms);
        // AWS requires it of "the execution role", without saying which.
        props.executionRole.addToPrincipalPolicy(
          new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: watched }),
        );
        warnOfWholeInstances(this, guardrails, hosting);
      }
    }
    if (ask) this.approvalFunction = this.answerApproval(context, workflow.stateMachine);
    workflow
      .allow(['sagemaker:CreateModel'], [named('model')], madeFor(context))
      .allow(['sagemaker:AddTags'], [named('model')], taggedBy('CreateModel'))
      .allow(['sagemaker:ListTags'], [named('model')])
      .allow(['iam:PassRole'], [props.executionRole.roleArn], {
        StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
      });
    this.stateMachine = workflow.stateMachine;
    // A policy of its own: as part of the function's it would need the state machine before the function.
    new Policy(this, 'KnowsReleases', {
      roles: plan.role ? [plan.role] : [],
      statements: [
        new PolicyStatement({
          actions: ['states:DescribeExecution'],
          resources: [arn(this, 'states', `execution:${this.stateMachine.stateMachineName}:*`)],
        }),
      ],
    });

    const restore = new Workflow(this, 'Restore', {
      context,
      comment: `Gives the champion of ${context.pipelineName} its traffic back when a release ends early`,
      startAt: 'PlanRestore',
      functions: [
        planRestore,
        noteShift,
        writeReport,
        record,
        repair,
        removeUnused,
        ...(functions.warm ? [functions.warm] : []),
        ...ofEndpoint,
      ],
      states: restoreStates({
        functions: { ...functions, plan: planRestore },
        scale,
        rollback: endpointProps ? rollbackStates(endpointProps) : functionRollbackStates(functions),
      }),
    });
    if (hosting) this.allowChanges(restore, context);
    this.restoreStateMachine = restore.stateMachine;
    const restoreRuleRole = new ServiceRole(this, 'RestoreRuleRole', 'events.amazonaws.com');
    context.platform.encryptionKey?.grantEncryptDecrypt(restoreRuleRole);
    this.restoreRule = new Rule(this, 'RestoreRule', {
      description: `Rolls back releases of ${context.pipelineName} that ended early`,
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [this.stateMachine.stateMachineArn],
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
      targets: [
        context.failures.behind(
          new SfnStateMachine(this.restoreStateMachine, {
            role: restoreRuleRole,
          }),
        ),
      ],
    });
    this.rollbackFunction = new ReleaseWatchdog(this, 'Watchdog', {
      context,
      releaseStateMachine: this.stateMachine,
      restoreStateMachine: this.restoreStateMachine,
      hasEndpoint: hosting !== undefined,
      hasShadow: schedule.shadow !== undefined,
      requestMetrics: requestMetricsOf(props),
      ...(guardrails ? {} : { alarms: inPlace ? alarms : schedule.rollbackAlarms }),
    }).handler;
  }

  private answerApproval(context: PipelineContext, stateMachine: StateMachine): IFunction {
    const answer = new PipelineFunction(this, 'AnswerApproval', {
      context,
      asset: 'answer-approval',
      description: "Gives a person's answer to the release that waits for it",
    })
      .canRead('releases/')
      .canWrite('releases/')
      .canReadRouting();
    return answer.canAnswer(stateMachine);
  }

  /**
   * What both workflows do to the endpoint and to what belongs to it. Each call is authorised by the tags
   * that the endpoint has just then, so that one which somebody else made in the place of the pipeline's, at
   * whatever moment, stays as it is.
   */
  private allowChanges(workflow: Workflow, context: PipelineContext): void {
    const endpoint = endpointArn(this, context);
    workflow.allow(['sagemaker:DescribeEndpoint'], [endpoint]);
    workflow.allow(
      ['sagemaker:UpdateEndpoint'],
      [endpoint, generatedArn(this, 'endpoint-config', context)],
      madeBy(context),
    );
    if (context.adopted) {
      // Back to the config that the endpoint had, which is its owner's, and has no tag of the pipeline.
      workflow.allow(['sagemaker:UpdateEndpoint'], [context.adopted.endpointConfigArn]);
    }
    workflow.allow(
      ['sagemaker:UpdateEndpointWeightsAndCapacities', 'sagemaker:DeleteEndpoint'],
      [endpoint],
      madeBy(context),
    );
    // AWS deregisters an endpoint's variants when it is deleted, in the name of who deletes it.
    workflow.allow(
      ['application-autoscaling:DeregisterScalableTarget'],
      [arn(this, 'application-autoscaling', 'scalable-target/*')],
      SCALING_OF_ENDPOINTS,
    );
  }
}

/** @throws Error if SageMaker would not use the guardrails */
function refuseGuardrails(scope: Construct, { instanceType }: Hosting, alarms: readonly IAlarm[]): void {
  new Validation(scope)
    .check(
      alarms.length,
      alarms.length >= 1 && alarms.length <= 10,
      'deployment guardrails need 1 to 10 alarms, in endpointAlarms and rollbackAlarms together',
    )
    .check(
      instanceType,
      !instanceType.startsWith('ml.inf1.'),
      'deployment guardrails do nothing for instances of the type ml.inf1: choose another type, or another strategy',
    )
    .finish();
}

/** SageMaker moves capacity (`CapacitySize` of its API: a share of the instances), not requests. */
function warnOfWholeInstances(
  scope: Construct,
  guardrails: GuardrailsSchedule,
  { instanceCount }: Hosting,
): void {
  const { trafficRouting, stepPercentage } = guardrails;
  if (trafficRouting === TrafficRouting.ALL_AT_ONCE || Token.isUnresolved(instanceCount)) return;
  if ((instanceCount * stepPercentage) / 100 >= 1) return;
  Annotations.of(scope).addWarningV2(
    'cdk-model-pipeline:guardrails-whole-instances',
    `deployment guardrails move whole instances: ${stepPercentage} % of ${instanceCount} is less than one, so the first step is at least ${Math.round(100 / instanceCount)} % of the traffic; use ${Math.ceil(100 / stepPercentage)} instances, or ReleaseStrategy.canary, which moves requests`,
  );
}

/** @throws Error if a function cannot release by the schedule */
function refuseWithoutEndpoint(
  scope: Construct,
  { guardrails, inPlace, shadow }: ReleaseSchedule,
  serverlessInference: ServerlessInference | undefined,
): void {
  const validation = new Validation(scope);
  if (inPlace) {
    validation.add(
      'ReleaseStrategy.inPlace updates an endpoint, but a function serves alone: choose ReleaseStrategy.allAtOnce, which judges more, or ServedBy.ENDPOINT',
    );
  }
  if (guardrails) {
    validation.add(
      'deployment guardrails move the traffic of an endpoint, but a function serves alone: choose ReleaseStrategy.canary, which judges more, or ServedBy.ENDPOINT',
    );
  }
  if (shadow && !serverlessInference?.shadowHandler) {
    validation.add(
      'a shadow gets copies of requests, but serverlessInference sends none: give it shadowShare',
    );
  }
  validation.finish();
}
