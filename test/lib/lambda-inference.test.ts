import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { LambdaInference, type LambdaInferenceProps, OnnxModel } from '../../lib';
import { allStatements } from './role-statements';

const ENV = { account: '111111111111', region: 'eu-central-1' };

describe('LambdaInference', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onnx-'));
  beforeAll(() => writeFileSync(join(folder, 'model.onnx'), 'graph'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function synthesize(props: (stack: Stack) => Partial<LambdaInferenceProps> = () => ({})): Template {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    new LambdaInference(stack, 'Churn', {
      model: OnnxModel.fromAsset(folder),
      modelName: 'churn',
      ...props(stack),
    });
    return Template.fromStack(stack);
  }
  const settingsOf = (template: Template) => {
    const [found] = Object.values(template.findResources('AWS::Lambda::Function'));
    return JSON.stringify(found?.Properties.Environment.Variables.SETTINGS).replaceAll('\\"', '"');
  };
  const statementsOf = (template: Template) => JSON.stringify(allStatements(template));

  test('is one function with its role and its log, and nothing of a pipeline', () => {
    const template = synthesize();
    const types = Object.values(template.toJSON().Resources as Record<string, { Type: string }>);
    expect(types.map(({ Type }) => Type).sort()).toEqual([
      'AWS::IAM::Role',
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
    ]);
    expect(statementsOf(template)).not.toMatch(/ssm|sagemaker|PutObject/);
  });

  test.each([
    ['a folder', () => folder],
    ['a file', () => join(folder, 'model.onnx')],
  ])('uploads the model of %s, whose hash is its version', (_title, path) => {
    const template = synthesize(() => ({ model: OnnxModel.fromAsset(path()) }));
    expect(settingsOf(template)).toMatch(
      /"serves":{"kind":"model","location":{"bucket":"cdk-hnb659fds-assets-111111111111-eu-central-1","key":"([0-9a-f]{12})[0-9a-f]+\.onnx"},"modelVersion":"\1"}/,
    );
    expect(settingsOf(template)).toContain('"capturePercentage":0');
  });

  test('takes one version of an object in S3, and may read that object only', () => {
    const template = synthesize((stack) => ({
      model: OnnxModel.fromBucket(Bucket.fromBucketName(stack, 'Models', 'models'), 'churn/7.tar.gz', 'v1'),
      modelVersion: '7.0.0',
    }));
    expect(settingsOf(template)).toContain(
      '"location":{"bucket":"models","key":"churn/7.tar.gz"},"objectVersion":"v1","modelVersion":"7.0.0"',
    );
    expect(statementsOf(template)).toContain(':s3:::models/churn/7.tar.gz');
    expect(statementsOf(template)).toContain('s3:GetObjectVersion');
  });

  test('records requests if it has a bucket for that, below its own name', () => {
    const template = synthesize((stack) => ({
      captureBucket: Bucket.fromBucketName(stack, 'Recorded', 'recorded'),
      capturePercentage: 10,
    }));
    expect(settingsOf(template)).toContain('"capturePercentage":10,"captureFolder":"churn"');
    expect(statementsOf(template)).toContain(':s3:::recorded/capture/churn/*');
  });

  test('has an address that only signed requests reach, and lets a role invoke it', () => {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    const inference = new LambdaInference(stack, 'Churn', { model: OnnxModel.fromAsset(folder) });
    inference.addFunctionUrl();
    inference.grantInvoke(new Role(stack, 'Client', { assumedBy: new AccountPrincipal(ENV.account) }));
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM' });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [Match.objectLike({ Action: 'lambda:InvokeFunction' })] },
      Roles: [{ Ref: Match.stringLikeRegexp('^Client') }],
    });
  });

  test('has metrics of its requests', () => {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    const inference = new LambdaInference(stack, 'Churn', {
      model: OnnxModel.fromAsset(folder),
      modelName: 'churn',
    });
    const alarm = (id: string, metric: IMetric) =>
      new Alarm(stack, id, { metric, threshold: 1, evaluationPeriods: 1 });
    alarm('Requests', inference.metricInvocations({ period: Duration.minutes(5) }));
    alarm('Errors', inference.metricErrors());
    alarm('Latency', inference.metricLatency());
    const alarms = Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm');
    const text = JSON.stringify(alarms);
    for (const name of ['Invocations', 'Invocation5XXErrors', 'ModelLatency']) expect(text).toContain(name);
    expect(text).toContain('{"Name":"VariantName","Value":"AllTraffic"}');
    expect(text).toContain('{"Name":"Pipeline","Value":"churn"}');
  });

  test('runs as platform teams demand', () => {
    const template = synthesize(() => ({ memorySize: 512, timeout: Duration.seconds(5) }));
    template.hasResourceProperties('AWS::Lambda::Function', {
      MemorySize: 512,
      Timeout: 5,
      Handler: 'start.handler',
    });
  });

  test('runs on Graviton with the native code of it', () => {
    const codeOf = (template: Template) =>
      Object.values(template.findResources('AWS::Lambda::Function'))[0]?.Properties.Code.S3Key;
    const template = synthesize(() => ({ architecture: Architecture.ARM_64 }));
    template.hasResourceProperties('AWS::Lambda::Function', { Architectures: ['arm64'] });
    expect(codeOf(template)).not.toEqual(codeOf(synthesize()));
    expect(() => synthesize(() => ({ architecture: Architecture.custom('riscv64') }))).toThrow(
      'Test/Churn: architecture must be x86_64 or arm64, for which ONNX Runtime is built, got "riscv64"',
    );
  });

  test('refuses what cannot be, with the way out', () => {
    expect(() => synthesize(() => ({ modelName: 'a/b', capturePercentage: 101 }))).toThrow(
      /^Test\/Churn: modelName must be 1 to 128 letters.*got "a\/b"; capturePercentage must be 0 to 100, got 101; capturePercentage needs a captureBucket/,
    );
    expect(() => synthesize(() => ({ model: OnnxModel.fromAsset('nowhere/model.onnx') }))).toThrow(
      'Test/Churn: the model nowhere/model.onnx does not exist: export the model to ONNX, or correct the path',
    );
    expect(() => synthesize(() => ({ model: OnnxModel.fromAsset(tmpdir()) }))).toThrow(
      /model.onnx does not exist/,
    );
  });
});
