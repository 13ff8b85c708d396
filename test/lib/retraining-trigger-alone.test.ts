import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { DefinitionBody, Pass, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { RetrainingTrigger, type RetrainingTriggerProps } from '../../lib';
import { roleStatements } from './role-statements';

const ALARM = 'arn:aws:cloudwatch:eu-central-1:111111111111:alarm:drifts';

function synthesize(changes: Partial<RetrainingTriggerProps> = {}, type = StateMachineType.STANDARD) {
  const stack = new Stack(new App(), 'Test');
  const stateMachine = new StateMachine(stack, 'Mine', {
    stateMachineType: type,
    definitionBody: DefinitionBody.fromChainable(new Pass(stack, 'Train')),
  });
  new RetrainingTrigger(stack, 'Credit', {
    stateMachine,
    bucket: Bucket.fromBucketName(stack, 'Data', 'credit-data'),
    alarms: [{ alarm: Alarm.fromAlarmArn(stack, 'Drift', ALARM), reason: 'the inputs have drifted' }],
    ...changes,
  });
  return Template.fromStack(stack);
}

function settingsOf(template: Template) {
  const [handler] = Object.values(
    template.findResources('AWS::Lambda::Function', {
      Properties: { Description: 'Starts a retraining, one at a time, with a cool-down' },
    }),
  );
  return JSON.stringify(handler?.Properties.Environment.Variables).replaceAll('\\', '');
}

describe('a retraining trigger of a state machine of somebody else', () => {
  test('starts it by alarms', () => {
    const template = synthesize();
    template.hasResourceProperties('AWS::Events::Rule', {
      Description: 'Retrains credit: the inputs have drifted; limits allow a waiting request',
      EventPattern: {
        source: ['aws.cloudwatch'],
        resources: [ALARM],
        detail: { state: { value: ['ALARM'] } },
      },
    });
    expect(settingsOf(template)).toContain(
      '"alarms":[{"alarmName":"drifts","trigger":"alarm","reason":"the inputs have drifted"}],"prefix":"retraining-trigger/credit/"',
    );
    expect(settingsOf(template)).not.toMatch(/ROUTING_PARAMETER|OWNER_ID|MODEL_PACKAGE_GROUP/);
    expect([...roleStatements(template).values()].flat()).toContainEqual({
      Effect: 'Allow',
      Action: ['states:StartExecution', 'states:ListExecutions'],
      Resource: { Ref: expect.stringMatching(/^Mine/) },
    });
  });

  test('starts it by new data of a bucket, schedules and events', () => {
    const template = synthesize({
      onNewData: true,
      dataPrefix: 'labeled/',
      schedule: Schedule.rate(Duration.days(7)),
      events: [{ pattern: { source: ['warehouse'] }, reason: 'the warehouse was loaded' }],
      cooldown: Duration.hours(1),
    });
    expect(settingsOf(template)).toContain(
      '"newData":{"prefix":"labeled/","newSince":"start","files":1},"prefix":"retraining-trigger/credit/"',
    );
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['aws.s3'], detail: { object: { key: [{ prefix: 'labeled/' }] } } },
    });
    template.hasResourceProperties('Custom::S3BucketNotifications', { BucketName: 'credit-data' });
    template.resourceCountIs('AWS::Events::Rule', 4);
  });

  test('has a bucket of its own if none is given', () => {
    synthesize({ bucket: undefined }).resourceCountIs('AWS::S3::Bucket', 1);
  });

  test('alarms when an event could not be handled', () => {
    synthesize().hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('^credit: Credit could not handle an event'),
      AlarmActions: [Match.anyValue()],
    });
  });

  test.each<[Partial<RetrainingTriggerProps>, RegExp]>([
    [{ triggerName: 'My trigger' }, /triggerName must be 1 to 40 lower-case letters, .* got "My trigger"/],
    [{ minimumNewFiles: 3 }, /thresholds of new data need onNewData: true, got \["minimumNewFiles"\]/],
    [{ maximumPerWeek: 0 }, /: maximumPerWeek must be a whole number/],
  ])('%j is refused', (changes, message) => {
    expect(() => synthesize(changes)).toThrow(message);
  });

  test('an alarm without a reason is refused', () => {
    const alarm = Alarm.fromAlarmArn(new Stack(), 'Drift', ALARM);
    expect(() => synthesize({ alarms: [{ alarm, reason: ' ' }] })).toThrow(/the reason of an alarm/);
  });

  test('an express state machine is refused', () => {
    expect(() => synthesize({}, StateMachineType.EXPRESS)).toThrow(/stateMachine must be a standard one/);
  });
});
