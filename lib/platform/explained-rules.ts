import { AspectPriority, Aspects, CfnResource, type IAspect, Stack, Validations } from 'aws-cdk-lib';
import { CfnPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** Packs of cdk-nag 3 that know a rule by the same name. */
const COMPLIANCE_PACKS = ['NIST.800.53.R5', 'HIPAA.Security'];

/**
 * Checks of checkov that find what a rule of cdk-nag finds.
 *
 * @see https://www.checkov.io/5.Policy%20Index/cloudformation.html
 */
const CHECKOV: ReadonlyMap<string, readonly string[]> = new Map([
  ['IAM5[Resource::*]', ['CKV_AWS_109', 'CKV_AWS_111']],
  ['LambdaConcurrency', ['CKV_AWS_115']],
  ['LambdaDLQ', ['CKV_AWS_116']],
  ['S3BucketLoggingEnabled', ['CKV_AWS_18']],
]);

/**
 * Tells users of cdk-nag, and of checkov, why a construct does not follow a rule of cdk-nag's pack
 * `AwsSolutions`.
 */
export function explain(construct: IConstruct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${rule}`, reason });
  skipInCheckov(construct, rule, reason);
}

/** As {@link explain}, of a rule that the packs for NIST 800-53 and HIPAA have. */
export function explainCompliance(construct: IConstruct, rule: string, reason: string): void {
  for (const pack of COMPLIANCE_PACKS) {
    Validations.of(construct).acknowledge({ id: `${pack}-${rule}`, reason });
  }
  skipInCheckov(construct, rule, reason);
}

/**
 * Checkov reads what to skip from the metadata of a resource.
 *
 * @see https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
 */
function skipInCheckov(construct: IConstruct, rule: string, comment: string): void {
  const checks = CHECKOV.get(rule);
  if (!checks) return;
  const resource = resourceOf(construct);
  const { skip = [] } = (resource.getMetadata('checkov') ?? {}) as { readonly skip?: readonly object[] };
  resource.addMetadata('checkov', { skip: [...skip, ...checks.map((id) => ({ id, comment }))] });
}

/** The resource of a construct, which may be in others. */
function resourceOf(construct: IConstruct): CfnResource {
  if (CfnResource.isCfnResource(construct)) return construct;
  const { defaultChild } = construct.node;
  if (!defaultChild) throw new Error(`${construct.node.path} has no resource whose rules could be explained`);
  return resourceOf(defaultChild);
}

/** Why a pattern in a policy is not an exact name. Each pattern is as cdk-nag's rule IAM5 tells a finding. */
const PATTERNS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /^Action::kms:(ReEncrypt|GenerateDataKey)\*$/,
    "variants of one operation, as in CDK's own grants of a key",
  ],
  [
    /^Resource::(<[^>]+\.Arn>|arn:.*:s3:::[^/]+)\/(answers|asynchronous|batch|capture|checkpoints|datasets|ground-truth|uploads|ledger|models|profiles|recorded|releases|retraining|routing|runbook|training-data|training-output)\//,
    'a prefix of the bucket of the pipeline: keys below it hold versions, dates and ids of the time when they are written',
  ],
  [
    /^Resource::(<[^>]+\.Arn>|arn:.*:s3:::[^/]+)\/\*\.(gz|zst|csv|jsonl|parquet|json)$/,
    'model archives, samples and metrics in buckets of artifactSources have names that their owners choose',
  ],
  [
    /:s3:::cdk-[^/]+\/\*\.gz$/,
    'scripts of earlier deployments, whose versions may be released again, have names by their content',
  ],
  [
    /:sagemaker:.*:(model|endpoint-config|training-job|transform-job|hyper-parameter-tuning-job)\/[^*]+\*$/,
    'names of models, endpoint configurations and jobs are generated; changes to them also need the tags of the pipeline',
  ],
  [
    /:sagemaker:.*:endpoint(-config)?\/\*$/,
    'whoever updates an endpoint names its config, and CloudFormation may name the endpoint: the call only reads',
  ],
  [/:sagemaker:.*:model-package\/[^*]+\/\*$/, 'versions of the registry are numbered when they come'],
  [/:states:.*:execution:.*:\*$/, 'executions of one state machine, which are named when they start'],
  [/:logs:.*:log-group:\/aws\/sagemaker\/\w+\*$/, 'SageMaker names the log groups of jobs and endpoints'],
  [
    /:ecr:.*:(repository\/\*|\*:repository\/[a-z-]+)$/,
    'versions that were made with an earlier image are compared with, and may come back to production',
  ],
  [
    /:application-autoscaling:.*:scalable-target\/\*$/,
    'Application Auto Scaling generates the ids; a condition keeps it to SageMaker',
  ],
  [
    /:cloudwatch:.*:alarm:TargetTracking-endpoint\/[^*]+\/\*$/,
    'Application Auto Scaling names the alarms of the endpoint',
  ],
  [/^Resource::<\w+(\.Arn)?>:\*$/, 'versions and aliases of one function of the pipeline'],
];

/**
 * Actions that cannot be allowed on a resource, or not on one that exists before the call.
 *
 * @see
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const WITHOUT_RESOURCE = [
  /^application-autoscaling:DescribeScalableTargets$/,
  /^cloudwatch:(DescribeAlarms|GetMetricData|PutMetricData)$/,
  /^dynamodb:ListStreams$/,
  /^ec2:(Assign|Create|Delete|Describe|Unassign)/,
  /^ecr:GetAuthorizationToken$/,
  /^logs:(CreateLogDelivery|DeleteLogDelivery|DescribeLogGroups|DescribeResourcePolicies|GetLogDelivery|ListLogDeliveries|PutResourcePolicy|UpdateLogDelivery)$/,
  /^sagemaker:List/,
  /^xray:/,
];

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/**
 * Tells users of cdk-nag why the policies below a construct are as they are.
 *
 * @param prefixes of keys, beside those of a pipeline's bucket, that the construct was given
 */
export function explainPolicies(construct: IConstruct, ...prefixes: string[]): void {
  explainCompliance(construct, 'IAMNoInlinePolicy', 'each policy is of one role, and nothing else shares it');
  Aspects.of(construct).add(new ExplainedWildcards(prefixes), { priority: AspectPriority.READONLY });
}

/** Explains each pattern in the policies below a construct. One that has no explanation stays a finding. */
class ExplainedWildcards implements IAspect {
  constructor(private readonly prefixes: readonly string[]) {}

  visit(node: IConstruct): void {
    const allowed = documentsOf(node)
      .flatMap(({ Statement = [] }) => Statement)
      .filter(({ Effect }) => Effect === 'Allow');
    for (const finding of new Set(allowed.flatMap(patternsOf))) {
      const reason = finding === 'Resource::*' ? reasonOfAll(allowed) : this.reasonOf(finding);
      if (reason) explain(node, `IAM5[${finding}]`, reason);
    }
  }

  private reasonOf(finding: string): string | undefined {
    const isGiven = this.prefixes.some((prefix) => prefix !== '' && finding.endsWith(`/${prefix}*`));
    if (isGiven) return 'a prefix that the construct was given: it names all objects that it needs';
    return PATTERNS.find(([pattern]) => pattern.test(finding))?.[1];
  }
}

interface Document {
  readonly Statement?: readonly Statement[];
}

/** The policies that a resource holds. */
function documentsOf(node: IConstruct): readonly Document[] {
  const resolve = (value: unknown) => Stack.of(node).resolve(value);
  if (CfnPolicy.isCfnPolicy(node)) return [resolve(node.policyDocument)];
  if (!CfnRole.isCfnRole(node)) return [];
  const policies: readonly { readonly policyDocument: Document }[] = resolve(node.policies) ?? [];
  return policies.map(({ policyDocument }) => policyDocument);
}

/** Undefined unless each action on all resources is one that knows no other. */
function reasonOfAll(statements: readonly Statement[]): string | undefined {
  const actions = statements
    .filter(({ Resource }) => [Resource].flat().includes('*'))
    .flatMap(({ Action }) => [Action].flat() as string[]);
  const others = actions.filter((action) => !WITHOUT_RESOURCE.some((known) => known.test(action)));
  if (others.length > 0) return undefined;
  return `${[...new Set(actions)].join(', ')}: AWS authorizes these on no resource, or in some regions only`;
}

function patternsOf({ Action, Resource }: Statement): string[] {
  return [
    ...([Action].flat() as string[]).map((action) => `Action::${action}`),
    ...[Resource].flat().map((resource) => `Resource::${flat(resource)}`),
  ].filter((pattern) => pattern.includes('*'));
}

/** A reference as cdk-nag writes it in a finding (`flattenCfnReference`). */
function flat(value: unknown): string {
  if (typeof value === 'string') return value.replace(/\$\{/g, '<').replace(/\}/g, '>');
  const {
    Ref,
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
    'Fn::Sub': template,
  } = value as {
    readonly Ref?: string;
    readonly 'Fn::GetAtt'?: readonly [string, string];
    readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
    readonly 'Fn::Sub'?: string;
  };
  if (template) return flat(template);
  if (join) return join[1].map(flat).join(join[0]);
  if (attribute) return `<${attribute.map(flat).join('.')}>`;
  return Ref ? `<${flat(Ref)}>` : JSON.stringify(value);
}
