import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  FilterLogEventsCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { strToU8, zipSync } from 'fflate';
import { ServiceFixture } from './service-fixture';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:listener';
const RULE = 'arn:aws:events:us-east-1:000000000000:rule/orders';

describe('what EventBridge, SNS and CloudWatch hand to functions and log groups', () => {
  const fixture = new ServiceFixture();
  const config = () => fixture.config();

  beforeAll(async () => {
    await fixture.cloud.start();
    const iam = new IAMClient(config());
    const statement = (more: object) => JSON.stringify({ Statement: [{ Effect: 'Allow', ...more }] });
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'function-role',
        AssumeRolePolicyDocument: statement({
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
        }),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'function-role',
        PolicyName: 'p',
        PolicyDocument: statement({ Action: 'logs:*', Resource: '*' }),
      }),
    );
    const code = 'exports.handler = async (event) => console.log("RECEIVED " + JSON.stringify(event));';
    await new LambdaClient(config()).send(
      new CreateFunctionCommand({
        FunctionName: 'listener',
        Role: 'arn:aws:iam::000000000000:role/function-role',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipSync({ 'index.js': strToU8(code) }) },
      }),
    );
  });
  afterAll(() => fixture.cloud.stop());

  const allow = (StatementId: string, Principal: string, SourceArn: string) =>
    new LambdaClient(config()).send(
      new AddPermissionCommand({
        FunctionName: 'listener',
        StatementId,
        Action: 'lambda:InvokeFunction',
        Principal,
        SourceArn,
      }),
    );

  async function logged(logGroupName: string): Promise<string[]> {
    await fixture.settle();
    const { events = [] } = await new CloudWatchLogsClient(config()).send(
      new FilterLogEventsCommand({ logGroupName }),
    );
    return events.map(({ message }) => message as string);
  }

  /** Events that the function received, without the ones asked for before. */
  let seen = 0;
  async function received(): Promise<unknown[]> {
    const lines = await logged('/aws/lambda/listener').catch((error: Error) => {
      if (error.name !== 'ResourceNotFoundException') throw error;
      return [];
    });
    const events = lines.flatMap((line) => /RECEIVED (.*)/.exec(line)?.[1] ?? []);
    const fresh = events.slice(seen).map((text) => JSON.parse(text) as unknown);
    seen = events.length;
    return fresh;
  }

  const order = () =>
    new EventBridgeClient(config()).send(
      new PutEventsCommand({ Entries: [{ Source: 'shop', DetailType: 'Order', Detail: '{"total":12}' }] }),
    );

  test('a function hears of events once its policy allows it', async () => {
    const events = new EventBridgeClient(config());
    await events.send(new PutRuleCommand({ Name: 'orders', EventPattern: '{"source":["shop"]}' }));
    await events.send(new PutTargetsCommand({ Rule: 'orders', Targets: [{ Id: 'f', Arn: FUNCTION }] }));
    await order();
    expect(await received()).toEqual([]);
    expect(fixture.lines).toContainEqual(
      expect.stringContaining(`events: rule orders could not deliver to ${FUNCTION}`),
    );
    await allow('rule', 'events.amazonaws.com', RULE);
    await order();
    expect(await received()).toMatchObject([
      { source: 'shop', 'detail-type': 'Order', detail: { total: 12 } },
    ]);
  });

  test('a log group keeps events once the account allows it', async () => {
    const logs = new CloudWatchLogsClient(config());
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/aws/events/orders' }));
    const Arn = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/orders';
    await new EventBridgeClient(config()).send(
      new PutTargetsCommand({ Rule: 'orders', Targets: [{ Id: 'l', Arn }] }),
    );
    await order();
    expect(await logged('/aws/events/orders')).toEqual([]);
    const Statement = [
      {
        Effect: 'Allow',
        Principal: { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] },
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: `${Arn}:*`,
      },
    ];
    await logs.send(
      new PutResourcePolicyCommand({ policyName: 'events', policyDocument: JSON.stringify({ Statement }) }),
    );
    await order();
    const [line, ...others] = await logged('/aws/events/orders');
    expect(others).toEqual([]);
    expect(JSON.parse(line as string)).toMatchObject({ source: 'shop', detail: { total: 12 } });
    await received();
  });

  test('a function hears of messages of a topic', async () => {
    const sns = new SNSClient(config());
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
    await allow('topic', 'sns.amazonaws.com', TopicArn as string);
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint: FUNCTION }),
    );
    const { MessageId } = await sns.send(new PublishCommand({ TopicArn, Message: 'drift!' }));
    expect(await received()).toMatchObject([
      {
        Records: [
          {
            EventSource: 'aws:sns',
            EventVersion: '1.0',
            EventSubscriptionArn: SubscriptionArn,
            Sns: {
              Type: 'Notification',
              MessageId,
              TopicArn,
              Subject: null,
              Message: 'drift!',
              Timestamp: '2026-11-24T10:00:00.000Z',
              MessageAttributes: {},
            },
          },
        ],
      },
    ]);
  });

  test('a function hears of an alarm', async () => {
    const cloudwatch = new CloudWatchClient(config());
    const alarmArn = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors';
    await allow('alarm', 'lambda.alarms.cloudwatch.amazonaws.com', alarmArn);
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'errors',
        Namespace: 'Models',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 2,
        ComparisonOperator: 'GreaterThanThreshold',
        AlarmActions: [FUNCTION],
      }),
    );
    await cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'a rehearsal' }),
    );
    expect(await received()).toMatchObject([
      {
        source: 'aws.cloudwatch',
        alarmArn,
        accountId: '000000000000',
        time: '2026-11-24T10:00:00.000+0000',
        region: 'us-east-1',
        alarmData: {
          alarmName: 'errors',
          state: { value: 'ALARM', reason: 'a rehearsal' },
          previousState: { value: 'INSUFFICIENT_DATA' },
        },
      },
    ]);
  });
});
