import { Aws, Duration } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { HostingSettings } from '../../contracts/hosting';
import type { RequestMetricsSource } from '../../contracts/release-policy';
import type { SourceArchive } from '../artifacts/source-archive';
import { RequestMetrics } from '../monitoring/request-metrics';
import { arn } from '../runtime/arn';
import {
  canDeleteWhatIsMade,
  canRecoverRouting,
  endpointArn,
  generatedArn,
  LOOKING_AT_ENDPOINT,
  madeBy,
  madeFor,
  notMadeByAnother,
  servingConfigArns,
  servingModelArns,
  taggedBy,
  tagsOf,
} from '../runtime/ownership';
import { functionRole } from '../runtime/part-function';
import type { PipelineContext } from '../runtime/pipeline-context';
import { PipelineFunction } from '../runtime/pipeline-function';
import { readAsset } from '../runtime/read-asset';
import { aliasSettings } from '../serving/alias-settings';
import {
  capturePercentageOf,
  type EndpointHosting,
  endpointSettings,
  scalingOf,
  wakingAlarmOf,
} from '../serving/endpoint-hosting';
import type { ServerlessInference } from '../serving/serverless-inference';
import { analysisSettings, shadowSettings } from './canary-analysis';
import { asyncInference, dataCapture, endpointVolumeKey } from './endpoint-states';
import { keepsVariant, type ReleaseSchedule, type ShadowSchedule } from './release-schedule';
import { type SmokeTestProps, smokeTestRequests } from './smoke-test';
import { warmFunction } from './warm-function';

export interface ReleaseFunctionsProps {
  readonly context: PipelineContext;
  readonly schedule: ReleaseSchedule;
  /** Of the endpoint; undefined where a function serves alone. */
  readonly hosting?: EndpointHosting;
  readonly source?: SourceArchive;
  readonly servingEnvironment: { [name: string]: string };
  readonly networkIsolation?: boolean;
  /** The role that endpoints run with. */
  readonly executionRole: IRole;
  readonly serverlessInference?: ServerlessInference;
  readonly smokeTest?: SmokeTestProps;
  /** Content types of requests that the container takes. */
  readonly contentTypes: readonly string[];
}

/** What the workflows of releases call. */
export interface ReleaseFunctions {
  readonly plan: PipelineFunction<'plan-release'>;
  readonly smokeTest: PipelineFunction<'smoke-test'>;
  readonly noteShift: PipelineFunction<'note-shift'>;
  readonly writeReport: PipelineFunction<'write-report'>;
  readonly record: PipelineFunction<'record-release'>;
  readonly repair: PipelineFunction<'repair-champion'>;
  readonly removeUnused: PipelineFunction<'remove-unused'>;
  /** Only if instances of the function that serves start before requests. */
  readonly warm?: PipelineFunction<'warm-function'>;
  /** Only if the workflow moves the traffic. */
  readonly analyse?: PipelineFunction<'analyse-step'>;
  /** Only if a person must approve. */
  readonly ask?: PipelineFunction<'ask-approval'>;
  /** Only if the challenger is a shadow first. */
  readonly compareShadow?: PipelineFunction<'compare-shadow'>;
}

/** Makes the functions, each with what it may do. */
export function releaseFunctions(scope: Construct, props: ReleaseFunctionsProps): ReleaseFunctions {
  const { context, schedule, hosting, serverlessInference } = props;
  const observers = functionRole(scope, 'ObserversRole');
  const deployed = serverlessInference?.deployedVersion.lambda;
  const plan = new PipelineFunction(scope, 'PlanRelease', {
    context,
    asset: 'plan-release',
    description: 'Plans a release: variant, names, traffic shares, and what to retire',
    settings: {
      trafficShares: schedule.trafficShares,
      shadowShare: schedule.shadow?.sampleShare,
      keepsVariant: keepsVariant(schedule),
      functionVersion: serverlessInference?.deployedVersion.version,
      ...hostingSettings(props),
      scaling: scalingOf(hosting),
      adoptedConfig: context.adopted?.endpointConfigName,
      signingKey: context.registry.signingKey?.keyArn,
    },
  })
    .canVerifyVersions()
    .canChangeRouting()
    .canReadRegistry()
    .canRead('releases/', 'models/')
    .canWrite('releases/')
    .canTellSystems()
    .allow(['s3:PutObject'], [context.bucket.arnForObjects('models/*/sourcedir.tar.gz')]);
  props.source?.grantReadFormer(plan);
  canRecoverRouting(plan, context, hosting !== undefined);
  const requests = smokeTestRequests(scope, props.smokeTest ?? {}, props.contentTypes);
  const smokeTest = new PipelineFunction(scope, 'SmokeTest', {
    context,
    asset: 'smoke-test',
    description: 'Asks the new version with recorded requests, and with yours, before it gets traffic',
    timeout: Duration.minutes(5),
    settings: {
      endpoint: hosting?.kind,
      functionName: deployed?.functionName,
      requests: requests && { bucket: requests.s3BucketName, key: requests.s3ObjectKey },
    },
  })
    // Samples, and the version's signature.
    .canRead('datasets/', 'models/');
  if (requests) readAsset(requests, smokeTest);
  if (hosting?.kind === 'asynchronous') {
    smokeTest
      .canWrite('asynchronous/requests/')
      .canRead('asynchronous/answers/', 'asynchronous/failures/')
      .allow(['sagemaker:InvokeEndpointAsync'], [endpointArn(scope, context)]);
  } else if (hosting) {
    smokeTest.allow(['sagemaker:InvokeEndpoint'], [endpointArn(scope, context)]);
  }
  deployed?.grantInvoke(smokeTest);
  const liveAlias = aliasSettings(serverlessInference);
  const warm = warmFunction(scope, context, serverlessInference);
  // Both move the traffic.
  const role = functionRole(scope, 'RecordsRole');
  const noteShift = new PipelineFunction(scope, 'NoteShift', {
    context,
    role,
    asset: 'note-shift',
    description: "Writes the challenger's share of the traffic where the function that serves follows it",
    settings: { liveAlias },
  }).canChangeRouting();
  const writeReport = new PipelineFunction(scope, 'WriteReport', {
    context,
    role: observers,
    asset: 'write-report',
    description: 'Writes how a release went, as JSON and as a page',
    settings: { requestMetrics: sourcesOf(props) },
  })
    .canRead('releases/')
    .canWrite('releases/')
    .allow(['cloudwatch:GetMetricData'], ['*']);
  const record = new PipelineFunction(scope, 'RecordRelease', {
    context,
    role,
    asset: 'record-release',
    description: 'Writes the routing document and the ledger, and notifies people',
    settings: { liveAlias },
  })
    .canRecord()
    .canChangeRouting()
    .canNotify()
    .allow(['sagemaker:UpdateModelPackage'], [context.registry.arnForVersions()]);
  if (deployed) for (const each of [noteShift, record]) each.canMoveAliasesOf(deployed);
  return {
    plan,
    smokeTest,
    noteShift,
    writeReport,
    record,
    repair: repairChampion(scope, props),
    removeUnused: removeUnused(scope, context, deployed),
    ...(warm && { warm }),
    ...(!keepsVariant(schedule) && { analyse: analyseStep(scope, props, observers) }),
    ...(schedule.approval && { ask: askForApproval(scope, context) }),
    ...(schedule.shadow && { compareShadow: compareShadow(scope, props, observers, schedule.shadow) }),
  };
}

/** Metrics of requests to the endpoint, if there is one, then to the function, if there is one. */
export function requestMetricsOf({
  context,
  hosting,
  serverlessInference,
}: Pick<ReleaseFunctionsProps, 'context' | 'hosting' | 'serverlessInference'>): RequestMetrics[] {
  return [
    ...(hosting ? [RequestMetrics._ofPipeline(context, hosting.kind)] : []),
    ...(serverlessInference ? [serverlessInference.requestMetrics] : []),
  ];
}

function sourcesOf(props: ReleaseFunctionsProps): [RequestMetricsSource, ...RequestMetricsSource[]] {
  const [first, ...others] = requestMetricsOf(props).map(({ _source }) => _source);
  if (!first) throw new Error('a release needs an endpoint or a function');
  return [first, ...others];
}

/** How versions are served now. */
function hostingSettings({
  hosting,
  servingEnvironment,
  networkIsolation,
}: ReleaseFunctionsProps): HostingSettings {
  return {
    servingEnvironment,
    networkIsolation: networkIsolation ?? false,
    hosting: hosting && endpointSettings(hosting),
  };
}

function repairChampion(scope: Construct, props: ReleaseFunctionsProps): PipelineFunction<'repair-champion'> {
  const { context, executionRole, hosting } = props;
  const named = (kind: string) => generatedArn(scope, kind, context);
  const endpoint = endpointArn(scope, context);
  const repair = new PipelineFunction(scope, 'RepairChampion', {
    context,
    asset: 'repair-champion',
    description: 'Recreates what somebody deleted of the version in production',
    settings: {
      ...hostingSettings(props),
      executionRoleArn: executionRole.roleArn,
      dataCapture: hosting && dataCapture(context, hosting),
      asyncInference: hosting && asyncInference(context, hosting),
      volumeKey: hosting && endpointVolumeKey(context, hosting),
      vpcConfig: context.platform.network?._vpcConfig(),
      tags: tagsOf(context),
      signingKey: context.registry.signingKey?.keyArn,
    },
  })
    .canVerifyVersions()
    .canReadRegistry()
    .canRead('models/')
    .allow(['sagemaker:DescribeModel'], servingModelArns(scope, context))
    .allow(['sagemaker:CreateModel'], [named('model')], madeFor(context))
    .allow(['sagemaker:AddTags'], [named('model')], taggedBy('CreateModel'))
    .allow(['iam:PassRole'], [executionRole.roleArn], {
      StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    });
  canRecoverRouting(repair, context, hosting !== undefined);
  if (!hosting) return repair;
  return repair
    .canScale('DeregisterScalableTarget')
    .allow(['sagemaker:CreateEndpointConfig'], [named('endpoint-config')], madeFor(context))
    .allow(['sagemaker:DeleteEndpoint'], [endpoint], madeBy(context))
    .allow(['sagemaker:CreateEndpoint'], [endpoint, named('endpoint-config')], madeFor(context))
    .allow(
      ['sagemaker:AddTags'],
      [named('endpoint-config'), endpoint],
      taggedBy('CreateEndpointConfig', 'CreateEndpoint'),
    );
}

/** Makes what the workflows call besides where there is an endpoint. */
export function scaleEndpoint(
  scope: Construct,
  context: PipelineContext,
  hosting: EndpointHosting,
): PipelineFunction<'scale-endpoint'> {
  const scaling = scalingOf(hosting);
  const wakingAlarm = wakingAlarmOf(hosting, context.endpointName);
  const scale = new PipelineFunction(scope, 'ScaleEndpoint', {
    context,
    asset: 'scale-endpoint',
    description: 'Keeps the endpoint from scaling during releases, and lets the variant in production scale',
    settings: { scaling, wakingAlarm },
  })
    .canReadRouting()
    .canScale('DeregisterScalableTarget')
    .allow(LOOKING_AT_ENDPOINT, [endpointArn(scope, context)]);
  const alarms = wakingAlarm ? [arn(scope, 'cloudwatch', `alarm:${wakingAlarm}`)] : [];
  // Also of a pipeline whose endpoint does not scale any more.
  if (wakingAlarm) scale.allow(['cloudwatch:DeleteAlarms'], alarms);
  if (!scaling) return scale;
  if (wakingAlarm && scaling.minCapacity === 0) scale.allow(['cloudwatch:PutMetricAlarm'], alarms);
  // What AWS asks of who registers a variant and gives it a policy, for which it makes alarms:
  // https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-prerequisites.html
  const role =
    'role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint';
  return (
    scale
      .canScale('RegisterScalableTarget', 'PutScalingPolicy')
      // Application Auto Scaling checks that its caller may do it. The action's resource type has tags in the
      // Service Authorization Reference, but nothing says whether that check knows them.
      .allow(
        ['sagemaker:UpdateEndpointWeightsAndCapacities'],
        [endpointArn(scope, context)],
        notMadeByAnother(context),
      )
      .allow(['sagemaker:DescribeEndpointConfig'], servingConfigArns(scope, context))
      .allow(
        ['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms'],
        [arn(scope, 'cloudwatch', `alarm:TargetTracking-endpoint/${context.endpointName}/*`)],
      )
      .allow(['cloudwatch:DescribeAlarms'], ['*'])
      .allow(['iam:CreateServiceLinkedRole'], [`arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:${role}`], {
        StringEquals: { 'iam:AWSServiceName': 'sagemaker.application-autoscaling.amazonaws.com' },
      })
  );
}

function removeUnused(
  scope: Construct,
  context: PipelineContext,
  deployed: IFunction | undefined,
): PipelineFunction<'remove-unused'> {
  const handler = new PipelineFunction(scope, 'RemoveUnused', {
    context,
    asset: 'remove-unused',
    description:
      'Removes what nothing in production needs: models, endpoint configs, versions of the function',
    settings: { functionName: deployed?.functionName },
  })
    .canReadRouting()
    .allow(['sagemaker:DescribeEndpointConfig'], servingConfigArns(scope, context));
  canDeleteWhatIsMade(handler, context);
  if (!deployed) return handler;
  return (
    handler
      .allow(['lambda:ListVersionsByFunction'], [deployed.functionArn])
      // AWS does not say whether a version's removal is authorised on the version or on the function.
      .allow(['lambda:DeleteFunction'], [deployed.functionArn, `${deployed.functionArn}:*`])
  );
}

function compareShadow(
  scope: Construct,
  props: ReleaseFunctionsProps,
  role: IRole,
  shadow: ShadowSchedule,
): PipelineFunction<'compare-shadow'> {
  const { context, hosting, serverlessInference, schedule } = props;
  const percentage = hosting ? capturePercentageOf(hosting) : serverlessInference?.capturePercentage;
  if (shadow.minimumAgreement !== undefined && percentage === 0) {
    throw new Error(
      `minimumAgreement of the shadow compares recorded answers, but ${hosting ? 'hosting' : 'serverlessInference'}.capturePercentage is 0: increase it, or leave out minimumAgreement`,
    );
  }
  const compare = new PipelineFunction(scope, 'CompareShadow', {
    context,
    role,
    asset: 'compare-shadow',
    description: 'Compares the champion with the challenger that gets copies of its requests',
    settings: {
      problem: context.problem._settings(),
      ...shadowSettings(shadow, schedule.analysis),
      // A function beside the endpoint copies no requests.
      requestMetrics: sourcesOf(props)[0],
    },
  })
    .canRead('capture/', 'ground-truth/', 'models/', 'releases/')
    .canReadVersions('models/')
    .canWrite('releases/')
    .canTellSystems()
    .allow(['cloudwatch:GetMetricData'], ['*']);
  if (!hosting) return compare;
  return compare.allow(['sagemaker:DescribeEndpoint'], [endpointArn(scope, context)]);
}

function analyseStep(
  scope: Construct,
  props: ReleaseFunctionsProps,
  role: IRole,
): PipelineFunction<'analyse-step'> {
  const { context, schedule } = props;
  return new PipelineFunction(scope, 'AnalyseStep', {
    context,
    role,
    asset: 'analyse-step',
    description: 'Compares challenger and champion over the same minutes',
    settings: {
      problem: context.problem._settings(),
      durations: {
        step: schedule.stepDuration.toMinutes(),
        bake: schedule.bakeTime.toMinutes(),
        longest: schedule.maximumStepDuration.toMinutes(),
      },
      ...analysisSettings(schedule.analysis),
      requestMetrics: sourcesOf(props),
    },
  })
    .canRead('capture/', 'ground-truth/', 'models/', 'releases/')
    .canReadVersions('models/')
    .canWrite('releases/')
    .canTellSystems()
    .allow(['cloudwatch:GetMetricData'], ['*'])
    .allow(['sagemaker:DescribeEndpoint'], [endpointArn(scope, context)]);
}

function askForApproval(scope: Construct, context: PipelineContext): PipelineFunction<'ask-approval'> {
  return new PipelineFunction(scope, 'AskApproval', {
    context,
    asset: 'ask-approval',
    description: 'Asks a person whether a version may get traffic',
  })
    .canWrite('releases/')
    .canNotify();
}
