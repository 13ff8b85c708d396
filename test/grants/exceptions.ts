import type { GrantException } from './grant-judgement';

/** Roles that containers run with: training, scoring, serving. */
const CONTAINERS = /^Pipeline(ExecutionRole|RetrainingTrainingRole|RetrainingScoringRole)/;
const WORKFLOWS = /^Pipeline(ReleaseWorkflow|ReleaseRestore|RetrainingWorkflow)Role/;

/** Grants that are needed although no story uses them. */
export const GRANT_EXCEPTIONS: readonly GrantException[] = [
  {
    because:
      'SageMaker pulls images, publishes metrics, finds log streams and the bucket with the role ("How to use SageMaker AI execution roles"); the local cloud needs no role for that',
    policies: CONTAINERS,
    actions: /^(ecr:.*|cloudwatch:PutMetricData|logs:DescribeLogStreams|s3:GetBucketLocation)$/,
  },
  {
    because:
      'versions that were registered before models had their code in their archive are served with the one beside it',
    policies: CONTAINERS,
    actions: /^s3:GetObject$/,
    resources: /\/models\/\*\/sourcedir\.tar\.gz$/,
  },
  {
    because:
      'the CDK grants what Step Functions asks for to deliver logs (developer guide, "Logging to CloudWatch Logs"); the local cloud asks for CreateLogDelivery alone',
    policies: WORKFLOWS,
    actions:
      /^logs:((Get|Update|Delete)LogDelivery|ListLogDeliveries|PutResourcePolicy|Describe(ResourcePolicies|LogGroups))$/,
  },
  {
    because: "the CDK's own tasks of SageMaker grant it to workflows that make something with tags",
    policies: WORKFLOWS,
    actions: /^sagemaker:ListTags$/,
  },
  {
    because:
      'Step Functions stops what a state waits for when its execution is stopped (developer guide, integration pattern "Run a job"); no story stops an execution just then',
    policies: /^PipelineRetrainingWorkflowRole/,
    actions: /^(sagemaker:Stop.*Job|states:StopExecution)$/,
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
      'random schedules lose the routing document (bench/lifecycles), in processes that record nothing',
    policies: /^Pipeline(LifecycleHandler|ReleasePlanRelease|ReleaseRepairChampion)Role/,
    actions:
      /^(s3:GetObject|s3:ListBucketVersions|s3:PutObject|sagemaker:Describe(Endpoint|EndpointConfig|Model))$/,
    resources: /\/(ledger\/\*|routing\/\*)$|^arn:aws:s3:::[^/]+$|:endpoint|:model\//,
  },
  {
    because:
      'versions that were registered before each kept its scripts get them from the assets when they are released: test/lambda/plan-release/release-orders.test.ts',
    policies: /^PipelineReleasePlanReleaseRole/,
    actions: /^s3:(Get|Put)Object$/,
    resources: /\/\*\.gz$|\/models\/\*\/sourcedir\.tar\.gz$/,
  },
  {
    because:
      'what a version of this package without identities made is adopted: test/lambda/pipeline-identity/identify.test.ts',
    policies: /^PipelineIdentityHandlerRole/,
    actions: /^sagemaker:(AddTags|ListEndpointConfigs|ListModels|ListTags)$/,
  },
  {
    because:
      'an alarm that had to wait is asked again before it starts a retraining: test/lambda/trigger-retraining/start-retraining.test.ts',
    policies: /^PipelineTriggerHandlerRole/,
    actions: /^cloudwatch:DescribeAlarms$/,
  },
  {
    because: 'retraining-stories.test.ts, which `npm test` runs, trains on spare machines',
    policies: /^PipelineRetrainingTrainingRole/,
    actions: /^s3:(Get|Put)Object$/,
    resources: /\/checkpoints\/\*$/,
  },
  {
    because: 'a release may be planned before a function is published: it is asked without a version',
    policies: /^PipelineReleaseSmokeTestRole/,
    actions: /^lambda:InvokeFunction$/,
  },
  {
    because: 'aliases that somebody deleted are created again: test/lambda/aws/live-alias.test.ts',
    actions: /^lambda:CreateAlias$/,
  },
];
