import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { EndpointMonitor, ModelPipeline, MonitorBaseline, MonitorSink } from '../../lib';
import { roleStatements } from './role-statements';

type Sinks = (stack: Stack) => MonitorSink[];

const ALL: Sinks = (stack) => [
  MonitorSink.webhook(Secret.fromSecretNameV2(stack, 'Hook', 'hook')),
  MonitorSink.openTelemetry(Secret.fromSecretNameV2(stack, 'Collector', 'collector')),
  MonitorSink.table(Bucket.fromBucketName(stack, 'Lake', 'lake'), { prefix: 'models' }),
];

const newStack = () =>
  new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });

function pipelineWith(sinks: Sinks): Template {
  const stack = newStack();
  new ModelPipeline(stack, 'Model', { pipelineName: 'flights', monitoring: { sinks: sinks(stack) } });
  return Template.fromStack(stack);
}

function functionsOf(template: Template, handler: string): [string, Record<string, unknown>][] {
  const found = template.findResources('AWS::Lambda::Function', {
    Properties: { Handler: `${handler}.handler` },
  });
  return Object.entries(found).map(([id, { Properties }]) => {
    const { SETTINGS } = Properties.Environment.Variables;
    return [id, { ...Properties, settings: JSON.stringify(SETTINGS) }];
  });
}

/** What the function of a sink may do, as text. @param part of the logical id of its role */
function statementsOf(template: Template, part = ''): string {
  const roles = [...roleStatements(template)].filter(([role]) => role.includes(`${part}DeliverRole`));
  expect(roles).toHaveLength(1);
  return JSON.stringify(roles);
}

describe('a monitor with sinks', () => {
  const template = pipelineWith(ALL);

  test('hands reports to a queue for each sink, from which a function of its own delivers them', () => {
    const queues = Object.keys(template.findResources('AWS::SQS::Queue')).filter((id) =>
      /Sink\w+Reports/.test(id),
    );
    expect(queues).toHaveLength(3);
    for (const monitor of ['monitor-model', 'monitor-quality']) {
      const [[, { settings }]] = functionsOf(template, monitor) as [[string, { settings: string }]];
      for (const queue of queues) expect(settings).toContain(queue);
    }
    const delivering = functionsOf(template, 'deliver-report');
    expect(delivering.map(([, { settings }]) => String(settings).replaceAll('\\', ''))).toEqual([
      expect.stringContaining('"sink":{"kind":"webhook","secretName":"hook"}'),
      expect.stringContaining('"sink":{"kind":"openTelemetry","secretName":"collector"}'),
      expect.stringContaining('"sink":{"kind":"table","bucketName":"lake","prefix":"models/"}'),
    ]);
    for (const [id] of delivering)
      template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
        FunctionName: { Ref: id },
        BatchSize: 1,
      });
  });

  test('tries for six hours, then keeps reports in a queue of dead letters with an alarm', () => {
    template.resourcePropertiesCountIs(
      'AWS::SQS::Queue',
      { VisibilityTimeout: 1_800, RedrivePolicy: Match.objectLike({ maxReceiveCount: 12 }) },
      3,
    );
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).filter(({ Properties }) =>
      /could not be delivered to a sink/.test(JSON.stringify(Properties.AlarmDescription)),
    );
    expect(alarms).toHaveLength(3);
    for (const { Properties } of alarms) {
      expect(Properties).toMatchObject({ MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 1 });
      expect(Properties.AlarmActions).toHaveLength(1);
    }
  });

  test('reads reports and the secret of its sink, and writes to its bucket alone', () => {
    const [hook, , lake] = functionsOf(template, 'deliver-report').map(([id]) => id.replace(/Deliver.*/, ''));
    const ofHook = statementsOf(template, hook);
    expect(ofHook).toContain('parameter/aws/reference/secretsmanager/hook');
    expect(ofHook).toContain('profiles/*');
    expect(ofHook).not.toContain('s3:PutObject');
    const ofLake = statementsOf(template, lake);
    expect(ofLake).toContain(':s3:::lake/models/profiles/*');
    expect(ofLake).not.toContain('secretsmanager');
  });
});

test('the monitor of an endpoint has sinks, too, which read its own prefix', () => {
  const stack = newStack();
  const bucket = Bucket.fromBucketName(stack, 'Bucket', 'captures');
  new EndpointMonitor(stack, 'Monitor', {
    endpointName: 'credit',
    captureBucket: bucket,
    baseline: MonitorBaseline.fromBucket(bucket, 'baseline.json'),
    sinks: [MonitorSink.table(Bucket.fromBucketName(stack, 'Lake', 'lake'))],
  });
  const template = Template.fromStack(stack);
  const statements = statementsOf(template);
  expect(statements).toContain('model-monitor/credit/profiles/*');
});

test('sinks in another order are the same resources', () => {
  const idsOf = (sinks: Sinks) => Object.keys(pipelineWith(sinks).toJSON().Resources).sort();
  expect(idsOf((stack) => ALL(stack).reverse())).toEqual(idsOf(ALL));
});

test('status finds the alarm of each sink in the parameter of the pipeline', () => {
  const parameter = JSON.stringify(pipelineWith(ALL).findResources('AWS::SSM::Parameter'));
  const [, names = ''] = /sinkAlarms(.*?)\]/.exec(parameter.replaceAll('\\', '')) ?? [];
  expect(names.match(/"Ref":"ModelMonitorSink\w+Undelivered/g)).toHaveLength(3);
  expect(JSON.stringify(pipelineWith(() => []).toJSON())).not.toContain('sinkAlarms');
});

test('two sinks of one kind with the same target are refused at synthesis', () => {
  const twice: Sinks = (stack) => {
    const secret = Secret.fromSecretNameV2(stack, 'Hook', 'hook');
    return [MonitorSink.webhook(secret), MonitorSink.webhook(secret)];
  };
  expect(() => pipelineWith(twice)).toThrow(
    'monitoring.sinks must differ in their kind or their target, got ["webhook","webhook"]',
  );
});

test('more than five sinks are refused at synthesis', () => {
  expect(() => pipelineWith((stack) => [...ALL(stack), ...ALL(newStack())])).toThrow(
    'monitoring.sinks must be at most 5: let a collector hand the results on, got 6',
  );
});
