import { App, Duration, Size, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { ModelPipeline, type RetrainingTriggerOptions } from '../../lib';

function synthesize(retraining: RetrainingTriggerOptions): Template {
  const stack = new Stack(new App(), 'Test');
  new ModelPipeline(stack, 'Model', {
    pipelineName: 'churn',
    training: { source: 'examples/flights/source' },
    data: { label: 'churned' },
    retraining,
  });
  return Template.fromStack(stack);
}

describe('what starts retrainings', () => {
  const template = synthesize({
    onNewData: true,
    minimumNewData: Size.mebibytes(50),
    maximumNewDataAge: Duration.days(7),
    schedule: Schedule.cron({ weekDay: 'MON', hour: '3', minute: '0' }),
    events: [{ pattern: { source: ['warehouse'] }, reason: 'the warehouse was loaded' }],
    cooldown: Duration.hours(12),
    maximumPerWeek: 3,
  });

  test.each<[string, object]>([
    [
      'Retrains churn: the drift alarm goes off; the quality alarm goes off; limits allow a waiting request',
      {
        ScheduleExpression: 'rate(1 hour)',
        EventPattern: {
          source: ['aws.cloudwatch'],
          resources: ['DriftAlarm', 'QualityAlarm'].map((name) => ({
            'Fn::GetAtt': [Match.stringLikeRegexp(name), 'Arn'],
          })),
          detail: { state: { value: ['ALARM'] } },
        },
      },
    ],
    [
      'Retrains churn when new labeled data arrive',
      { EventPattern: { detail: { object: { key: [{ prefix: 'training-data/' }] } } } },
    ],
    [
      'Retrains churn regularly',
      {
        ScheduleExpression: 'cron(0 3 ? * MON *)',
        Targets: [
          {
            InputTransformer: {
              InputPathsMap: { time: '$.time' },
              InputTemplate: '{"schedule":{"time":<time>}}',
            },
          },
        ],
      },
    ],
    [
      'Retrains churn: the warehouse was loaded',
      {
        EventPattern: { source: ['warehouse'] },
        Targets: [
          {
            InputTransformer: {
              InputPathsMap: { time: '$.time' },
              InputTemplate:
                '{"event":{"source":"event-1","reason":"the warehouse was loaded","time":<time>}}',
            },
          },
        ],
      },
    ],
  ])('%s', (Description, rule) => {
    template.hasResourceProperties('AWS::Events::Rule', Match.objectLike({ Description, ...rule }));
  });

  test('is known to the function, with its limits', () => {
    const [handler] = Object.values(
      template.findResources('AWS::Lambda::Function', {
        Properties: { Description: 'Starts a retraining, one at a time, with a cool-down' },
      }),
    );
    const settings = JSON.stringify(handler?.Properties.Environment.Variables.SETTINGS);
    expect(settings.replaceAll('\\', '')).toContain('"limits":{"cooldownMinutes":720,"maximumPerWeek":3}');
    expect(settings.replaceAll('\\', '')).toContain(
      '"newData":{"prefix":"training-data/","newSince":"snapshot","bytes":52428800,"ageMinutes":10080}',
    );
  });

  test.each<[RetrainingTriggerOptions, RegExp]>([
    [
      { minimumNewFiles: 5 },
      /thresholds of new data need retraining.onNewData: true, got \["minimumNewFiles"\]/,
    ],
    [{ onNewData: true, minimumNewFiles: 0 }, /minimumNewFiles must be a whole number of at least 1, got 0/],
    [{ maximumPerWeek: 1.5 }, /maximumPerWeek must be a whole number of at least 1, got 1.5/],
    [{ events: [{ pattern: {}, reason: 'x' }] }, /must not be empty: it would match every event/],
    [{ events: [{ pattern: { source: ['a'] }, reason: ' ' }] }, /the reason of an event/],
  ])('%j is refused', (options, message) => {
    expect(() => synthesize(options)).toThrow(message);
  });
});
