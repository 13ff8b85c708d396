import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { ModelPipeline } from '../../lib';
import { repositoryFile } from '../repository-file';

describe('the failures of a pipeline', () => {
  const template = Template.fromStack(stackOf());
  const resources = template.toJSON().Resources as Record<string, Resource>;
  const [queueId] = Object.keys(template.findResources('AWS::SQS::Queue'));
  const queueArn = { 'Fn::GetAtt': [queueId, 'Arn'] };

  test('go to one queue, whatever failed', () => {
    template.resourceCountIs('AWS::SQS::Queue', 1);
    template.hasResourceProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 1_209_600,
      KmsMasterKeyId: Match.absent(),
    });
  });

  test('are those of every rule of the pipeline: what cannot be delivered is not lost', () => {
    const rules = Object.values(resources).filter(({ Type }) => Type === 'AWS::Events::Rule');
    expect(rules.length).toBeGreaterThan(7);
    for (const { Properties } of rules) {
      for (const target of Properties.Targets as Target[]) {
        if (JSON.stringify(target.Arn) === JSON.stringify(queueArn)) continue;
        expect([Properties.Description, target.DeadLetterConfig]).toEqual([
          Properties.Description,
          { Arn: queueArn },
        ]);
      }
    }
  });

  test('are those of every function that a rule invokes: what it fails at with all its retries is not lost', () => {
    const invoked = Object.values(resources)
      .filter(({ Type }) => Type === 'AWS::Events::Rule')
      .flatMap(({ Properties }) => Properties.Targets as Target[])
      .flatMap(({ Arn }) => (Arn as { 'Fn::GetAtt'?: [string, string] })['Fn::GetAtt']?.[0] ?? [])
      .filter((id) => resources[id]?.Type === 'AWS::Lambda::Function');
    const configured = Object.values(resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::EventInvokeConfig')
      .filter(({ Properties }) => {
        const { DestinationConfig } = Properties as { DestinationConfig?: object };
        return JSON.stringify(DestinationConfig) === JSON.stringify({ OnFailure: { Destination: queueArn } });
      })
      .map(({ Properties }) => (Properties.FunctionName as { Ref: string }).Ref);
    expect([...new Set(invoked)].length).toBe(4);
    expect(configured).toEqual(expect.arrayContaining(invoked));
  });

  test('are those of the workflows that do not record them; a rule goes before the stack stops them', () => {
    template.hasResource('AWS::Events::Rule', {
      Properties: {
        EventPattern: {
          source: ['aws.states'],
          detail: {
            stateMachineArn: [
              { Ref: Match.stringLikeRegexp('ReleaseRestore') },
              { Ref: Match.stringLikeRegexp('RegistrationWorkflow') },
              { Ref: Match.stringLikeRegexp('RetrainingWorkflow') },
            ],
            status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
          },
        },
        Targets: [{ Arn: queueArn }],
      },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('Lifecycle')]),
    });
  });

  test('may be sent by the rules of the pipeline only, in one statement, since a policy holds ten conditions', () => {
    const allowing = Object.values(resources)
      .filter(({ Type }) => Type === 'AWS::SQS::QueuePolicy')
      .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: object[] }).Statement)
      .filter((statement) => (statement as { Effect: string }).Effect === 'Allow');
    const rules = Object.keys(template.findResources('AWS::Events::Rule'));
    expect(allowing).toHaveLength(1);
    expect(allowing[0]).toMatchObject({
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Condition: {
        ArnEquals: {
          'aws:SourceArn': expect.arrayContaining(rules.map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] }))),
        },
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      },
    });
  });

  test('are read by one function, one by one; an alarm goes to the topic by itself while any is left', () => {
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 1);
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: queueArn,
      BatchSize: 1,
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('are not reported'),
      AlarmActions: [{ Ref: Match.stringLikeRegexp('Topic') }],
      EvaluationPeriods: 3,
      Threshold: 1,
    });
  });
});

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

interface Target {
  readonly Arn: unknown;
  readonly DeadLetterConfig?: object;
}

function stackOf(): Stack {
  const stack = new Stack(new App(), 'Test');
  new ModelPipeline(stack, 'Model', {
    training: { source: repositoryFile('examples', 'flights', 'source') },
    data: { label: 'late' },
    retraining: {
      onNewData: true,
      schedule: Schedule.expression('rate(7 days)'),
      events: [{ pattern: { source: ['loads'] }, reason: 'a load has ended' }],
    },
    serverlessInference: {},
  });
  return stack;
}
