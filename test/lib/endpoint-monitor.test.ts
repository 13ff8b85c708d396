import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Size, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnEndpoint } from 'aws-cdk-lib/aws-sagemaker';
import { EndpointMonitor, type EndpointMonitorProps, MonitorBaseline } from '../../lib';
import { allStatements } from './role-statements';

type Changes = Partial<EndpointMonitorProps>;

function synthesize(changes: (stack: Stack) => Changes = () => ({})) {
  const stack = new Stack(new App(), 'Test');
  const captureBucket = Bucket.fromBucketName(stack, 'Recordings', 'recordings');
  const monitor = new EndpointMonitor(stack, 'Monitor', {
    endpointName: 'Credit',
    captureBucket,
    capturePrefix: 'data-capture',
    baseline: MonitorBaseline.fromBucket(captureBucket, 'credit/baseline.json'),
    ...changes(stack),
  });
  return { monitor, template: Template.fromStack(stack) };
}

/** What all functions are told, as one text. */
function settingsIn(template: Template): string {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  return JSON.stringify(functions.map(({ Properties }) => Properties.Environment?.Variables)).replaceAll(
    '\\',
    '',
  );
}

/** What the roles of the monitor's functions may do with a resource of a text. */
function actionsOn(template: Template, resource: string): string[] {
  return allStatements(template)
    .filter(({ Resource }) => JSON.stringify(Resource).includes(resource))
    .flatMap(({ Action }) => Action);
}

describe('the monitor of an endpoint that somebody else made', () => {
  test('knows nothing of a pipeline, and where to find its model', () => {
    const { template } = synthesize();
    const settings = settingsIn(template);
    expect(settings).toContain(
      '"model":{"is":"atEndpoint","endpointName":"Credit","variantName":"AllTraffic","prefix":"model-monitor/Credit/","groundTruthPrefix":"model-monitor/Credit/ground-truth/","capture":{"bucket":"recordings","prefix":"data-capture/"},"baseline":{"bucket":"recordings","key":"credit/baseline.json"}}',
    );
    expect(settings).not.toMatch(/ROUTING_PARAMETER|OWNER_ID|MODEL_PACKAGE_GROUP|ENDPOINT_NAME/);
    template.resourceCountIs('AWS::S3::Bucket', 0);
  });

  test('may read what the endpoint records and the baseline, and write below its own prefix only', () => {
    const { template } = synthesize();
    expect(actionsOn(template, ':s3:::recordings/data-capture/Credit/AllTraffic/*')).toEqual([
      's3:GetObject',
    ]);
    expect(actionsOn(template, ':s3:::recordings/credit/baseline.json')).toEqual(['s3:GetObject']);
    expect(actionsOn(template, ':s3:::recordings/model-monitor/Credit/profiles/*').sort()).toEqual([
      's3:GetObject',
      's3:PutObject',
    ]);
    expect(actionsOn(template, ':s3:::recordings/*')).toEqual([]);
  });

  test('profiles an hour in groups of files if it is to, and is invoked again whichever way that ends', () => {
    synthesize().template.resourceCountIs('AWS::StepFunctions::StateMachine', 0);
    const { template } = synthesize(() => ({
      parallelProfiling: { groupSize: Size.mebibytes(512), maximumConcurrency: 7 },
    }));
    const machines = Object.entries(template.findResources('AWS::StepFunctions::StateMachine'));
    const [[machine]] = machines as [[string, object]];
    expect(machines).toHaveLength(1);
    expect(JSON.stringify(machines)).toMatch(/ItemReader.*MaxConcurrency\\+":7,/);
    expect(settingsIn(template)).toMatch(/"parallelProfiling":{"stateMachineArn":.*,"groupBytes":536870912}/);
    expect(actionsOn(template, ':s3:::recordings/data-capture/Credit/AllTraffic/*')).toEqual([
      's3:GetObject',
      's3:GetObject',
    ]);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.states'],
        detail: {
          stateMachineArn: [{ Ref: machine }],
          status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
    });
    const keys = ':s3:::recordings/model-monitor/Credit/answers/*';
    expect(new Set(actionsOn(template, keys))).toEqual(
      new Set(['s3:GetObject', 's3:PutObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload']),
    );
    expect(actionsOn(template, machine).sort()).toEqual([
      'states:DescribeExecution',
      'states:StartExecution',
      'states:StartExecution',
      'states:StopExecution',
    ]);
  });

  test('may describe the endpoint by its ARN, which is in lower case', () => {
    const { template } = synthesize();
    expect(actionsOn(template, ':endpoint/credit')).toEqual(['sagemaker:DescribeEndpoint']);
    const named = synthesize((stack) => ({
      endpointName: new CfnEndpoint(stack, 'Endpoint', { endpointConfigName: 'config' }).attrEndpointName,
    }));
    expect(actionsOn(named.template, ':endpoint/*')).toEqual(['sagemaker:DescribeEndpoint']);
  });

  test('alarms people about requests of its variant', () => {
    const { monitor, template } = synthesize(() => ({ variantName: 'A' }));
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: 'Credit-A: error rate above threshold (runbook: errors)',
      Metrics: Match.arrayWith([
        Match.objectLike({
          MetricStat: {
            Metric: {
              Namespace: 'AWS/SageMaker',
              MetricName: 'Invocations',
              Dimensions: [
                { Name: 'EndpointName', Value: 'Credit' },
                { Name: 'VariantName', Value: 'A' },
              ],
            },
            Period: 60,
            Stat: 'Sum',
          },
        }),
      ]),
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'DriftedFeatures',
      Dimensions: [{ Name: 'Pipeline', Value: 'Credit-A' }],
    });
    expect(monitor.metric('Auc').dimensions).toEqual({ Pipeline: 'Credit-A' });
  });

  test('alarms if requests are not recorded or cannot be read, or there is no verdict for a week', () => {
    const { template } = synthesize();
    const metric = (Id: string, MetricName: string) => ({
      Id,
      MetricStat: { Metric: { MetricName, Namespace: 'ModelPipeline' }, Period: 3600 },
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Threshold: 0.01,
      TreatMissingData: 'notBreaching',
      Metrics: Match.arrayWith([
        Match.objectLike({
          Expression: 'IF(FILL(unrecorded, 0) > 0, 1, IF(FILL(silent, 0) >= 168, 1, FILL(unreadable, 0)))',
        }),
        Match.objectLike(metric('unrecorded', 'UnrecordedRequests')),
        Match.objectLike(metric('silent', 'HoursWithoutVerdict')),
        Match.objectLike(metric('unreadable', 'UnreadableShare')),
      ]),
    });
  });

  test('lets a function say what has drifted when the alarm goes off, instead of the alarm itself', () => {
    const { template } = synthesize();
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        resources: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('DriftAlarm'), 'Arn'] }],
        detail: { state: { value: ['ALARM'] } },
      },
      ScheduleExpression: 'cron(10 * * * ? *)',
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('MonitorDrift'), 'Arn'] },
          DeadLetterConfig: Match.anyValue(),
        },
      ],
    });
    const [drift] = Object.values(
      template.findResources('AWS::CloudWatch::Alarm', { Properties: { MetricName: 'DriftedFeatures' } }),
    );
    expect(drift?.Properties).not.toHaveProperty('AlarmActions');
    expect(actionsOn(template, 'Topic')).toContain('sns:Publish');
  });

  test('alarms when an hour could not be watched', () => {
    synthesize().template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('^Credit: Monitor could not handle an event'),
      AlarmActions: [Match.anyValue()],
    });
  });

  test('decrypts recordings by a key of their own', () => {
    const { template } = synthesize((stack) => ({ captureEncryptionKey: new Key(stack, 'Key') }));
    expect(actionsOn(template, '"Key')).toContain('kms:Decrypt');
  });

  describe('with a baseline in a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'baseline-'));
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return MonitorBaseline.fromFile(join(folder, name));
    };
    afterAll(() => rmSync(folder, { recursive: true }));

    test('deploys it with the app', () => {
      const { template } = synthesize(() => ({
        baseline: file('baseline.json', '{"rows":1,"features":{}}'),
      }));
      expect(settingsIn(template)).toMatch(/"key":"[0-9a-f]{64}\.json"/);
    });

    test.each(['{"rows":1}', 'age,income'])('refuses %j', (text) => {
      expect(() => synthesize(() => ({ baseline: file('other', text) }))).toThrow(
        /baseline must be a JSON document with rows and features: model-pipeline baseline/,
      );
    });
  });

  test.each<[Changes, RegExp]>([
    [{ endpointName: 'my_endpoint' }, /endpointName must be 1 to 63 letters, .*got "my_endpoint"/],
    [{ variantName: '' }, /variantName must be/],
    [{ capturePrefix: 's3://recordings/x' }, /capturePrefix must be the path below the bucket/],
    [{ monitorName: 'a b' }, /monitorName must be 1 to 128 letters/],
    [{ holdoutQuality: { value: 0.9, rows: 0 } }, /holdoutQuality.rows must be at least 1, got 0/],
    [
      { maximumTimeWithoutVerdict: Duration.hours(3) },
      /maximumTimeWithoutVerdict must be 1 to 60 days, in hours, got 3/,
    ],
    [
      { parallelProfiling: { groupSize: Size.kibibytes(1) } },
      /monitoring.parallelProfiling.groupSize must be 1 MiB to 4 GiB, in bytes, got 1024/,
    ],
    [
      { parallelProfiling: { maximumConcurrency: 0 } },
      /monitoring.parallelProfiling.maximumConcurrency must be a whole number of 1 to 1,000, got 0/,
    ],
    [{ expectedFalseAlarmsPerYear: 0 }, /monitoring.expectedFalseAlarmsPerYear must be above 0, .*got 0/],
  ])('%j is refused', (changes, message) => {
    expect(() => synthesize(() => changes)).toThrow(message);
  });
});
