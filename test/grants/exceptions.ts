import type { GrantException } from './grant-judgement';

/** Roles that containers run with: training, scoring, serving. */
const CONTAINERS =
  /^Pipeline(ExecutionRole|RetrainingTrainingRole|ChallengerScoringRole|WeeklyTransformRole)/;
const WORKFLOWS =
  /^Pipeline(ReleaseWorkflow|ReleaseRestore|RetrainingWorkflow|RegistrationWorkflow|MonitorCaptureGroupsWorkflow|NightlyWorkflow|WeeklyWorkflow|DeliveredWorkflow)Role/;

/** Grants that are needed although no story uses them. */
export const GRANT_EXCEPTIONS: readonly GrantException[] = [
  {
    because:
      'SageMaker pulls images, publishes metrics, finds log streams and the bucket with the role ("How to use SageMaker AI execution roles"); the local cloud needs no role for that',
    roles: CONTAINERS,
    actions: /^(ecr:.*|cloudwatch:PutMetricData|logs:DescribeLogStreams|s3:GetBucketLocation)$/,
  },
  {
    because:
      'versions that were registered before models had their code in their archive are served with the one beside it',
    roles: CONTAINERS,
    actions: /^s3:GetObject$/,
    resources: /\/models\/\*\/sourcedir\.tar\.gz$/,
  },
  {
    because:
      'the CDK grants what Step Functions asks for to deliver logs (developer guide, "Logging to CloudWatch Logs"); the local cloud asks for CreateLogDelivery alone',
    roles: WORKFLOWS,
    actions:
      /^logs:((Get|Update|Delete)LogDelivery|ListLogDeliveries|PutResourcePolicy|Describe(ResourcePolicies|LogGroups))$/,
  },
  {
    because: "the CDK's own tasks of SageMaker grant it to workflows that make something with tags",
    roles: WORKFLOWS,
    actions: /^sagemaker:ListTags$/,
  },
  {
    because:
      'Step Functions stops what a state waits for when its execution is stopped (developer guide, integration pattern "Run a job"), and the deletion of a stack stops what undoes a release: whether a story stops something just then is a matter of milliseconds',
    roles:
      /^Pipeline(RetrainingWorkflow|RegistrationWorkflow|MonitorCaptureGroupsWorkflow|LifecycleHandler|WeeklyWorkflow)Role/,
    actions: /^(sagemaker:Stop.*Job|states:StopExecution)$/,
    resources:
      /-job\/|-Pipeline(ReleaseWorkflow|ReleaseRestore|RegistrationWorkflow|MonitorCaptureGroupsWorkflow)/,
    isUsedByChance: true,
  },
  {
    because:
      'S3 answers 403 instead of 404 for what is not there to whom may not list (GetObject): functions tell the one from the other',
    actions: /^s3:ListBucket$/,
  },
  {
    because:
      'AWS deregisters the variants of a deleted endpoint in the name of who deletes it; no story deletes one that scales',
    actions: /^application-autoscaling:DeregisterScalableTarget$/,
  },
  {
    because:
      'whoever finds the routing document unreadable keeps its text before it is rebuilt: stories break it for some of the functions, test/lambda/aws/routing-recovery.test.ts shows it of the code that all share',
    roles: /^PipelineReleasePlan(Release|Restore)Role/,
    actions: /^s3:PutObject$/,
    resources: /\/routing\/\*$/,
  },
  {
    because:
      'a deployment may be the first to find the routing document lost, and rebuilds it, which none does in a story: test/lambda/pipeline-lifecycle/serve-request.test.ts',
    roles: /^PipelineLifecycleHandlerRole/,
    actions: /^(s3:(GetObject|PutObject|ListBucketVersions)|sagemaker:Describe(EndpointConfig|Model))$/,
    resources: /\/(ledger|releases|routing)\/\*$|^arn:aws:s3:::[^/]+$|:(endpoint-config|model)\//,
  },
  {
    because:
      'an endpoint in whose place a function serves is deleted, and one that could not be created: test/lambda/remove-unused/remove-unused.test.ts',
    roles: /^PipelineRelease(RemoveUnused|Restore)Role/,
    actions: /^sagemaker:(DeleteEndpoint|ListTags)$/,
    resources: /:endpoint\//,
  },
  {
    because:
      'AWS does not say whether a version of a function is deleted with the permission on the version or on the function; the local cloud asks for one of them',
    roles: /^PipelineReleaseRemoveUnusedRole/,
    actions: /^lambda:DeleteFunction$/,
  },
  {
    because:
      'the alarm that starts the first instance of an asynchronous endpoint is deleted with the stack: test/lambda/pipeline-lifecycle/serve-request.test.ts; no story deletes such a stack',
    roles: /^PipelineLifecycleHandlerRole/,
    actions: /^cloudwatch:DeleteAlarms$/,
    resources: /requests-without-instances$/,
  },
  {
    because:
      'AWS asks for it of who registers a variant that scales (developer guide, "Autoscaling prerequisites"); the local cloud checks application-autoscaling alone',
    roles: /^PipelineReleaseScaleEndpointRole/,
    actions:
      /^(cloudwatch:.*|iam:CreateServiceLinkedRole|sagemaker:(DescribeEndpointConfig|UpdateEndpointWeightsAndCapacities))$/,
  },
  {
    because:
      'an archive above 5 GB is copied in parts: test/lambda/aws/copy-in-parts.in-depth.test.ts, with the grants of its construct',
    roles: /^Pipeline(ChallengerVersions|RegisterArtifact|AdoptionHandler)Role/,
    actions: /^s3:(AbortMultipartUpload|GetObjectVersion)$/,
  },
  {
    because:
      'versions that were registered before each kept its scripts get them from the assets when they are released: test/lambda/plan-release/release-orders.test.ts',
    roles: /^PipelineReleasePlanReleaseRole/,
    actions: /^s3:(Get|Put)Object$/,
    resources: /\/\*\.gz$|\/models\/\*\/sourcedir\.tar\.gz$/,
  },
  {
    because:
      'what a version of this package without identities made is adopted: test/lambda/pipeline-identity/identify.test.ts',
    roles: /^PipelineIdentityHandlerRole/,
    actions: /^sagemaker:(AddTags|ListEndpointConfigs|ListModels|ListTags)$/,
  },
  {
    because:
      'an alarm that had to wait is asked again before it starts a retraining: test/lambda/trigger-retraining/start-retraining.test.ts',
    roles: /^PipelineTriggerHandlerRole/,
    actions: /^cloudwatch:DescribeAlarms$/,
    isUsedByChance: true,
  },
  {
    because:
      'a version is judged again, for which stories have pipelines without a key: with one, the function has a role of its own',
    roles: /^PipelineChallengerRegisterModelRole/,
    actions: /^sagemaker:UpdateModelPackage$/,
  },
  {
    because:
      'models are registered in a stack of their own, whose grants are not recorded: test/lifecycle/registration-stories.in-depth.test.ts',
    roles: /^Pipeline(RegisterArtifact|RegistrationWorkflow)Role/,
    actions: /^/,
  },
  {
    because: 'a release may be planned before a function is published: it is asked without a version',
    roles: /^PipelineReleaseSmokeTestRole/,
    actions: /^lambda:InvokeFunction$/,
  },
  {
    because: 'aliases that somebody deleted are created again: test/lambda/aws/live-alias.test.ts',
    actions: /^lambda:CreateAlias$/,
  },
  {
    because:
      'AWS asks for them of who runs a distributed map ("IAM policies for using Distributed Map states"): it stops what it has started, and writes large results in parts',
    roles: /^Pipeline(Nightly|Weekly|Delivered)WorkflowRole/,
    actions:
      /^(states:(DescribeExecution|StopExecution)|s3:(GetObject|ListMultipartUploadParts|AbortMultipartUpload))$/,
  },
  {
    because:
      'the columns of a version that was registered before versions had a signature are those of its baseline: test/lambda/batch/batch.test.ts',
    roles: /^Pipeline(Nightly|Weekly|Delivered)PlanRole/,
    actions: /^s3:GetObjectVersion$/,
    resources: /\/models\/\*$/,
  },
  {
    because: 'a job is the first to write to the log group of its kind, or another one was',
    roles: /^PipelineWeeklyTransformRole/,
    actions: /^logs:CreateLogGroup$/,
    isUsedByChance: true,
  },
];
