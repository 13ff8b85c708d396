import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ModelPipeline, ReleaseStrategy } from '../../lib';

const ACCOUNT = '000000000000';
const REGION = 'us-east-1';

export interface DeployedNames {
  readonly pipelineName: string;
  readonly bucketName: string;
  readonly topicArn: string;
}

/** Statements of each role of a pipeline, by its logical id, as they are once deployed. */
export function roleGrants(names: DeployedNames): Map<string, object[]> {
  const resources = synthesize(names.pipelineName).toJSON().Resources as Record<string, Resource>;
  const roles = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
  return new Map(roles.map(([id]) => [id, statementsOf(id, resources, names)]));
}

/**
 * Statements of the role of each function of a pipeline, by its name in `lambda/`, as they are once deployed.
 */
export function functionGrants(names: DeployedNames): Map<string, object[]> {
  const resources = synthesize(names.pipelineName).toJSON().Resources as Record<string, Resource>;
  const grants = new Map<string, object[]>();
  for (const { Type, Properties, Metadata } of Object.values(resources)) {
    const path = Metadata?.['aws:asset:path'];
    if (Type !== 'AWS::Lambda::Function' || !path) continue;
    const role = (Properties.Role as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0];
    const asset = path.split('/').at(-1) as string;
    const [name] = (Properties.Handler as string).split('.') as [string];
    grants.set(asset === 'functions' ? name : asset, statementsOf(role, resources, names));
  }
  return grants;
}

function statementsOf(role: string, resources: Record<string, Resource>, names: DeployedNames): object[] {
  const policies = Object.values(resources).filter(
    (resource) =>
      resource.Type === 'AWS::IAM::Policy' &&
      (resource.Properties.Roles as { Ref: string }[]).some(({ Ref }) => Ref === role),
  );
  const held = (resources[role]?.Properties.Policies ?? []) as { PolicyDocument: object }[];
  const documents = [...held, ...policies.map(({ Properties }) => Properties as { PolicyDocument: object })];
  const statements = documents.flatMap(
    ({ PolicyDocument }) => (PolicyDocument as { Statement: object[] }).Statement,
  );
  return resolveTokens(statements, resources, names) as object[];
}

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly Metadata?: { readonly 'aws:asset:path'?: string };
}

function synthesize(pipelineName: string): Template {
  // Without staging, the template names the folder that an asset comes from.
  const app = new App({
    context: { 'aws:cdk:disable-asset-staging': true, 'aws:cdk:enable-asset-metadata': true },
  });
  const stack = new Stack(app, 'Test', { env: { account: ACCOUNT, region: REGION } });
  new ModelPipeline(stack, 'Model', {
    pipelineName,
    training: { source: join(__dirname, '..', '..', 'examples', 'flights', 'source') },
    data: { label: 'late' },
    hosting: { scaling: { maxCapacity: 4, targetInvocationsPerInstance: 60 } },
    releaseStrategy: ReleaseStrategy.shadow({ followedBy: ReleaseStrategy.blueGreen({ approval: {} }) }),
  });
  return Template.fromStack(stack);
}

/** What CloudFormation would make of intrinsic functions. */
function resolveTokens(value: unknown, resources: Record<string, Resource>, names: DeployedNames): unknown {
  const again = (part: unknown) => resolveTokens(part, resources, names);
  if (Array.isArray(value)) return value.map(again);
  if (typeof value !== 'object' || value === null) return value;
  const token = value as { Ref?: string; 'Fn::GetAtt'?: [string, string]; 'Fn::Join'?: [string, unknown[]] };
  if (token.Ref === 'AWS::Partition') return 'aws';
  if (token['Fn::Join']) return (again(token['Fn::Join'][1]) as string[]).join(token['Fn::Join'][0]);
  const id = token.Ref ?? token['Fn::GetAtt']?.[0];
  if (id === undefined)
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, again(part)]));
  const { bucketName, topicArn, pipelineName } = names;
  switch (resources[id]?.Type) {
    case 'AWS::S3::Bucket':
      return token.Ref ? bucketName : `arn:aws:s3:::${bucketName}`;
    case 'AWS::SNS::Topic':
      return topicArn;
    case 'AWS::SageMaker::ModelPackageGroup':
      return (token.Ref ?? token['Fn::GetAtt']?.[1] === 'ModelPackageGroupName')
        ? pipelineName
        : `arn:aws:sagemaker:${REGION}:${ACCOUNT}:model-package-group/${pipelineName}`;
    default:
      return `arn:aws:unknown:${REGION}:${ACCOUNT}:${id}`;
  }
}
