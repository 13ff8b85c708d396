import { CustomResource, Duration, Lazy, Stack } from 'aws-cdk-lib';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, type IConstruct } from 'constructs';
import { explainedAlarms, runbookRevision } from '../monitoring/alarm-runbook';
import { arn } from '../runtime/arn';
import { canDeleteWhatIsMade, canLeaveWhatServes, canRecoverRouting } from '../runtime/ownership';
import { type PipelineContext, routingParameterName } from '../runtime/pipeline-context';
import { PipelineFunction } from '../runtime/pipeline-function';
import { aliasSettings } from '../serving/alias-settings';
import { type EndpointHosting, wakingAlarmOf } from '../serving/endpoint-hosting';
import { canEndInstances } from '../serving/provisioned-concurrency';
import type { ServerlessInference } from '../serving/serverless-inference';

export interface PipelineLifecycleProps {
  readonly context: PipelineContext;
  /** Of the endpoint; undefined where a function serves alone. */
  readonly hosting?: EndpointHosting;
  /** The function that serves beside the endpoint, or alone; undefined if none does. */
  readonly serverlessInference?: ServerlessInference;
  readonly releaseStateMachine: IStateMachine;
  readonly restoreStateMachine: IStateMachine;
  /** Construct below which the alarms are that the runbook explains. */
  readonly alarmScope: IConstruct;
  /** Workflows that make versions. */
  readonly challengerStateMachines: readonly IStateMachine[];
}

/** Where the runbook is in the bucket. */
const RUNBOOK_FOLDER = 'runbook/';

/** Type of the resource whose deletion deletes what a pipeline made. */
export const LIFECYCLE_TYPE = 'Custom::ModelPipelineLifecycle';

/**
 * Where infrastructure speed and model speed meet: the first deploy writes an empty routing document, a
 * changed hosting setting or a changed function releases the current version again with it, and deleting the
 * stack deletes what the workflows made. Each deployment that changes alarms writes the runbook.
 */
export class PipelineLifecycle extends Construct {
  constructor(scope: Construct, id: string, props: PipelineLifecycleProps) {
    super(scope, id);
    const { context, serverlessInference } = props;
    const { releaseStateMachine, restoreStateMachine, challengerStateMachines } = props;
    const { pipelineName, registry } = context;
    const wakingAlarm = wakingAlarmOf(props.hosting, context.endpointName);
    const provisioned =
      serverlessInference?.provisionedConcurrency && serverlessInference.deployedVersion.lambda;
    const machines = [releaseStateMachine, restoreStateMachine, ...challengerStateMachines];
    const handler = new PipelineFunction(this, 'Handler', {
      context,
      asset: 'pipeline-lifecycle',
      description: 'Starts and ends the life of a pipeline with its stack',
      settings: {
        releaseStateMachineArn: releaseStateMachine.stateMachineArn,
        restoreStateMachineArn: restoreStateMachine.stateMachineArn,
        challengerStateMachineArns: challengerStateMachines.map(({ stateMachineArn }) => stateMachineArn),
        hasEndpoint: props.hosting !== undefined,
        wakingAlarm,
        provisionedFunction: provisioned?.functionName,
        liveAlias: aliasSettings(serverlessInference),
      },
      timeout: Duration.minutes(15),
    })
      .allow(['ssm:DeleteParameter'], [arn(this, 'ssm', `parameter${routingParameterName(pipelineName)}`)])
      .allow(['states:StartExecution'], [releaseStateMachine.stateMachineArn])
      .allow(
        ['states:ListExecutions'],
        machines.map(({ stateMachineArn }) => stateMachineArn),
      )
      .allow(['sagemaker:ListModelPackages'], ['*'])
      .allow(['sagemaker:ListTags'], [registry.modelPackageGroupArn])
      .allow(['sagemaker:DescribeModelPackageGroup'], [registry.modelPackageGroupArn])
      .allow(['sagemaker:DeleteModelPackage'], [registry.arnForVersions()]);
    handler.canWrite(RUNBOOK_FOLDER);
    canDeleteWhatIsMade(handler, context);
    if (wakingAlarm)
      handler.allow(['cloudwatch:DeleteAlarms'], [arn(this, 'cloudwatch', `alarm:${wakingAlarm}`)]);
    if (provisioned) canEndInstances(handler, provisioned);
    if (context.adopted) canLeaveWhatServes(handler, context);
    canRecoverRouting(handler, context, props.hosting !== undefined);
    for (const machine of machines) machine.grantExecution(handler, 'states:StopExecution');
    if (serverlessInference) handler.canMoveAliasesOf(serverlessInference.deployedVersion.lambda);
    const lifecycle = new CustomResource(this, 'Resource', {
      resourceType: LIFECYCLE_TYPE,
      serviceToken: handler.functionArn,
      serviceTimeout: Duration.minutes(15),
      properties: {
        // A version whose code is elsewhere is released again, with code of its own.
        Hosting: Stack.of(this).toJsonString({
          ...changesOf(props.hosting),
          code: 'models',
          vpcConfig: context.platform.network?._vpcConfig(),
          encryptionKey: context.platform.encryptionKey?.keyArn,
        }),
        FunctionVersion: serverlessInference?.deployedVersion.functionArn,
        // Alarms may follow that are not created yet.
        Runbook: Lazy.string({
          produce: () =>
            Stack.of(this).toJsonString({
              revision: runbookRevision(),
              alarms: explainedAlarms(props.alarmScope),
            }),
        }),
      },
    });
    // Deletion runs the other way: first this, then the registry, the topic and the roles that it needs.
    lifecycle.node.addDependency(registry, context.topic, ...machines);
    if (serverlessInference) lifecycle.node.addDependency(serverlessInference);
  }
}

/**
 * What changes of the hosting release the current version again. The kind `realTime` was the only one once.
 */
function changesOf(hosting: EndpointHosting | undefined): object {
  switch (hosting?.kind) {
    case 'realTime': {
      const { kind, ...others } = hosting;
      return others;
    }
    case 'asynchronous': {
      const { alarms, ...others } = hosting;
      return others;
    }
    default:
      return { ...hosting };
  }
}
