import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { ModelPipeline, type ModelPipelineProps, ReleaseStrategy, ServedBy } from '../../lib';
import { parseCompositeRule } from '../../local/services/cloudwatch/composite-rule';
import { notifiedTogether, notifyingAlone } from './composite-alarms';

function synthesize(props: (stack: Stack) => ModelPipelineProps = () => ({})): Template {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
  new ModelPipeline(stack, 'Model', { pipelineName: 'flights', ...props(stack) });
  return Template.fromStack(stack);
}

type Composite = {
  readonly Properties: { readonly AlarmRule: { readonly 'Fn::Join': [string, unknown[]] } };
};

/** The rule of a composite alarm, with the ids of constructs as names. */
function ruleOf(template: Template, id: string): string {
  const composites = template.findResources('AWS::CloudWatch::CompositeAlarm');
  const found = Object.entries(composites).find(([name]) => name.includes(id)) as [string, Composite];
  const [, parts] = found[1].Properties.AlarmRule['Fn::Join'];
  return parts
    .map((part) =>
      typeof part === 'string' ? part : (/Monitor([A-Za-z]+Alarm)/.exec(JSON.stringify(part))?.[1] as string),
    )
    .join('');
}

describe('alarms that one cause sets off', () => {
  const template = synthesize();

  test('notify by a composite alarm, and never by themselves', () => {
    const together = notifiedTogether(template);
    const [serving, monitoring] = ['[critical]', '[warning]'].map(
      (severity) => [...together].find(([description]) => description.endsWith(severity))?.[1],
    );
    expect(serving).toEqual([expect.stringContaining('ErrorAlarm'), expect.stringContaining('LatencyAlarm')]);
    expect(monitoring?.slice(0, 2)).toEqual([
      expect.stringContaining('CaptureAlarm'),
      expect.stringContaining('LabelAlarm'),
    ]);
    const alone = notifyingAlone(template);
    for (const id of [...(serving ?? []), ...(monitoring ?? [])]) expect(alone).not.toContain(id);
  });

  test.each([
    [['ErrorAlarm', 'LatencyAlarm'], true, false],
    [['ErrorAlarm', 'CaptureAlarm'], true, false],
    [['CaptureAlarm'], false, true],
    [[], false, false],
  ])('of which %j have gone off page: %s, and warn: %s', (alarms, pages, warns) => {
    const serving = parseCompositeRule(ruleOf(template, 'ServingAlarm'));
    const monitoring = parseCompositeRule(ruleOf(template, 'MonitoringAlarm'));
    const stateOf = (name: string) => (alarms.includes(name) ? 'ALARM' : 'OK');
    expect(serving.holds(stateOf)).toBe(pages);
    expect(
      monitoring.holds((name) =>
        name === 'ServingAlarm' && serving.holds(stateOf) ? 'ALARM' : stateOf(name),
      ),
    ).toBe(warns);
  });

  test.each([
    ['an asynchronous endpoint', ServedBy.asynchronousEndpoint(), ['BacklogAlarm', 'RequestAgeAlarm']],
    ['a serverless endpoint', ServedBy.serverlessEndpoint(), ['ConcurrencyAlarm']],
    ['a function', ServedBy.FUNCTION, ['RecordingAlarm']],
  ])('include those of %s', (_title, servedBy, names) => {
    const together = [...notifiedTogether(synthesize(() => ({ servedBy }))).values()].flat();
    for (const name of names) expect(together).toContainEqual(expect.stringContaining(name));
  });

  test('page another topic, which learns when they are over, if there is one', () => {
    const paged = synthesize((stack) => ({ monitoring: { criticalTopic: new Topic(stack, 'Pager') } }));
    const topic = { Ref: Match.stringLikeRegexp('^Pager') };
    paged.hasResourceProperties('AWS::CloudWatch::CompositeAlarm', {
      AlarmDescription: Match.stringLikeRegexp('critical'),
      AlarmActions: [topic],
      OKActions: [topic],
    });
    paged.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: [Match.objectLike({ Principal: { Service: 'cloudwatch.amazonaws.com' } })],
      },
      Topics: [topic],
    });
    paged.hasResourceProperties('AWS::CloudWatch::CompositeAlarm', {
      AlarmDescription: Match.stringLikeRegexp('warning'),
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^ModelTopic') }],
    });
  });
});

describe('a shadow', () => {
  const template = synthesize(() => ({ releaseStrategy: ReleaseStrategy.shadow() }));
  const alarms = Object.entries(template.findResources('AWS::CloudWatch::Alarm'));
  const countingShadows = alarms
    .filter(([, { Properties }]) => JSON.stringify(Properties.Metrics ?? '').includes('"shadow"'))
    .map(([id]) => id);

  test('that fails rolls back its release', () => {
    expect(countingShadows).toEqual([expect.stringContaining('Watchdogshadow')]);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { resources: Match.arrayWith([{ 'Fn::GetAtt': [countingShadows[0], 'Arn'] }]) },
    });
  });

  test('pages nobody', () => {
    const notified = [...notifyingAlone(template), ...[...notifiedTogether(template).values()].flat()];
    for (const id of countingShadows) expect(notified).not.toContain(id);
  });
});

describe('anomaly detection', () => {
  const template = synthesize(() => ({ monitoring: { anomalyDetection: { standardDeviations: 4 } } }));

  test('warns once of traffic outside of the band, and of latency above it', () => {
    const [, unusual] = [...notifiedTogether(template)].find(([text]) => text.includes('unusual')) ?? [];
    expect(unusual?.slice(0, 2)).toEqual([
      expect.stringContaining('UnusualTraffic'),
      expect.stringContaining('UnusualLatency'),
    ]);
    for (const [ComparisonOperator, metric] of [
      ['LessThanLowerOrGreaterThanUpperThreshold', 'Invocations'],
      ['GreaterThanUpperThreshold', 'ModelLatency'],
    ]) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        ComparisonOperator,
        ThresholdMetricId: Match.anyValue(),
        Metrics: Match.arrayWith([
          Match.objectLike({ Expression: Match.stringLikeRegexp('^ANOMALY_DETECTION_BAND\\(.*, 4\\)$') }),
          Match.objectLike({
            MetricStat: Match.objectLike({ Metric: Match.objectLike({ MetricName: metric }) }),
          }),
        ]),
      });
    }
  });

  test('is off by default, and needs a band with a width', () => {
    expect(JSON.stringify(synthesize().toJSON())).not.toContain('ANOMALY_DETECTION_BAND');
    expect(() => synthesize(() => ({ monitoring: { anomalyDetection: { standardDeviations: 0 } } }))).toThrow(
      'monitoring.anomalyDetection.standardDeviations must be above 0, got 0',
    );
  });
});
