import { App, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ModelPipeline, ReleaseStrategy, TrainingContainer } from '../../lib';
import { repositoryArn } from '../../lib/serving/image-repository';
import { evaluateIdentityPolicies, type PolicyStatement } from '../../local/gateway/policy';
import { roleGrants } from '../lambda/function-grants';
import { definitionOf } from './state-machine-definition';

const BUCKET = 'arn:aws:s3:::bucket';
const CODE = 'models/1.0.0/sourcedir.tar.gz';
const MODEL = 'models/1.0.0/model.tar.gz';

describe('the roles of what runs scripts of the user', () => {
  const grants = roleGrants({
    pipelineName: 'churn',
    bucketName: 'bucket',
    topicArn: 'arn:aws:sns:us-east-1:0:t',
  });

  const allows = (role: string, action: string, resource: string, context: Record<string, string> = {}) => {
    const id = [...grants.keys()].find((name) => name.includes(role)) as string;
    const document = { Statement: grants.get(id) as unknown as PolicyStatement[] };
    return evaluateIdentityPolicies([document], { action, resource, context, principal: {} }) === 'Allow';
  };
  const keys = (role: string, action: string, candidates: readonly string[]) =>
    candidates.filter((key) => allows(role, action, `${BUCKET}/${key}`));

  const ALL = [
    'training-data/1.csv',
    'datasets/d/manifest',
    'datasets/d/train/all/1.csv',
    'datasets/d/holdout/features.csv',
    'datasets/d/holdout/labels.csv',
    'datasets/d/scores/1.0.0/features.csv.out',
    'models/1.0.0/plan.json',
    MODEL,
    CODE,
    'models/1.0.0/baseline.json',
    'models/1.0.0/evaluation.json',
    'training-output/1.0.0/job/output/model.tar.gz',
    'checkpoints/1.0.0/1',
    'capture/churn/blue/2026/11/29/10/1.jsonl',
    'ledger/00000001.json',
    'releases/current.json',
  ];

  test.each([
    ['TrainingRole', ['datasets/d/train/all/1.csv', CODE], ['training-output/1.0.0/job/output/model.tar.gz']],
    [
      'ScoringRole',
      ['datasets/d/holdout/features.csv', MODEL, CODE, 'training-output/1.0.0/job/output/model.tar.gz'],
      ['datasets/d/scores/1.0.0/features.csv.out'],
    ],
    ['ExecutionRole', [MODEL, CODE], ['capture/churn/blue/2026/11/29/10/1.jsonl']],
  ])('%s reads and writes its own part of the bucket', (role, reads, writes) => {
    expect(keys(role, 's3:GetObject', ALL)).toEqual(ALL.filter((key) => reads.includes(key)));
    expect(keys(role, 's3:PutObject', ALL)).toEqual(writes);
    expect(keys(role, 's3:DeleteObject', ALL)).toEqual([]);
  });

  test.each(['TrainingRole', 'ScoringRole', 'ExecutionRole'])(
    '%s reads no asset of a stack, and publishes no metric that decides',
    (role) => {
      expect(allows(role, 's3:GetObject', 'arn:aws:s3:::cdk-hnb659fds-assets-0-us-east-1/c0de.gz')).toBe(
        false,
      );
      const publishes = (namespace: string) =>
        allows(role, 'cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': namespace });
      expect(publishes('ModelPipeline')).toBe(false);
      expect(publishes('/aws/sagemaker/TrainingJobs')).toBe(true);
    },
  );

  test.each([
    [{ spot: {} }, true],
    [{}, false],
  ])('only a training that may be interrupted may write checkpoints: %j', (spot, may) => {
    const stack = new Stack(new App(), 'Test');
    new ModelPipeline(stack, 'Model', {
      training: { source: 'examples/flights/source', ...spot },
      data: { label: 'late' },
    });
    const roles = JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Role'));
    expect(roles.includes('/checkpoints/*')).toBe(may);
  });

  test('a role is trusted to services of AWS only as they act for the own account', () => {
    const stack = new Stack(new App(), 'Test');
    new ModelPipeline(stack, 'Model', {
      training: { source: 'examples/flights/source' },
      data: { label: 'late' },
      releaseStrategy: ReleaseStrategy.blueGreen({ approval: {} }),
    });
    const roles = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));
    // An account has 1,000 by default: so many make room for 35 pipelines.
    expect(roles.length).toBeLessThanOrEqual(28);
    for (const { Properties } of roles) {
      expect(Properties.AssumeRolePolicyDocument.Statement).toMatchObject([
        { Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } },
      ]);
    }
  });
});

test('models run without a network if hosting says so, to serve and to score', () => {
  const stack = new Stack(new App(), 'Test');
  new ModelPipeline(stack, 'Model', {
    training: { source: 'examples/flights/source' },
    data: { label: 'late' },
    hosting: { networkIsolation: true },
  });
  const template = Template.fromStack(stack);
  const states = {
    ...definitionOf(template, 'Releases').States,
    ...definitionOf(template, 'Retrains').States,
  };
  const isolations = ['CreateModel', 'CreateChallengerModel', 'CreateChampionModel'].map(
    (name) =>
      (states[name] as unknown as { Arguments: Record<string, unknown> }).Arguments.EnableNetworkIsolation,
  );
  expect(isolations).toEqual(['{% $plan.networkIsolation %}', true, '{% $isChampionIsolated %}']);
  const settings = Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties }) =>
    JSON.stringify(Properties.Environment?.Variables?.SETTINGS ?? ''),
  );
  // The plan of a release, and the repair of the champion.
  expect(settings.filter((text) => text.includes('networkIsolation\\":true'))).toHaveLength(2);
});

describe('the repository of an image', () => {
  const stack = new Stack(new App(), 'Test');

  test.each([
    [
      'a tag',
      '1234.dkr.ecr.eu-west-1.amazonaws.com/team/models:2',
      'arn:<>:ecr:eu-west-1:1234:repository/team/models',
    ],
    ['a digest', '1234.dkr.ecr.eu-west-1.amazonaws.com/m@sha256:0', 'arn:<>:ecr:eu-west-1:1234:repository/m'],
    [
      'an account and a region that are known at deployment',
      TrainingContainer.scikitLearn()._bind(stack, {
        prop: 'instanceType',
        instanceType: 'ml.m5.large',
      }),
      'arn:<>:ecr:<>:<>:repository/sagemaker-scikit-learn',
    ],
    [
      'nothing that is known before deployment, as that of the registry',
      Fn.importValue('image'),
      'arn:<>:ecr:<>:<>:repository/*',
    ],
    ['a registry that is not of ECR', 'docker.io/library/python:3', undefined],
  ])('is found by a URI with %s', (_, image, expected) => {
    expect(repositoryArn(stack, image)?.replace(/\$\{Token\[[^\]]+\]\}/g, '<>')).toBe(expected);
  });
});
