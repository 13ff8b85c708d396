import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { EventBridgeService } from '../../../local/services/eventbridge/eventbridge-service';
import { MINUTE, ServiceFixture } from './service-fixture';

describe('EventBridge', () => {
  let fixture: ServiceFixture;
  let events: EventBridgeClient;
  let queue: { url: string; arn: string };

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    events = new EventBridgeClient(fixture.config());
    queue = await fixture.queueFor('events', 'events.amazonaws.com');
  });
  afterEach(() => fixture.cloud.stop());

  async function rule(name: string, EventPattern: object, target: Partial<Target> = {}) {
    await events.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(EventPattern) }));
    await events.send(
      new PutTargetsCommand({ Rule: name, Targets: [{ Id: 't', Arn: queue.arn, ...target }] }),
    );
  }

  async function put(detail: object, source = 'shop') {
    const entry = {
      Source: source,
      DetailType: 'Order',
      Detail: JSON.stringify(detail),
      Resources: ['arn:x'],
    };
    const result = await events.send(new PutEventsCommand({ Entries: [entry] }));
    await fixture.settle();
    return result;
  }

  test('hands a matching event to a queue, in the form of AWS', async () => {
    await rule('orders', { source: ['shop'], detail: { total: [{ numeric: ['>', 10] }] } });
    const { Entries, FailedEntryCount } = await put({ total: 12 });
    await put({ total: 9 });
    expect(FailedEntryCount).toBe(0);
    expect(await fixture.receiveJson(queue.url)).toEqual([
      {
        version: '0',
        id: Entries?.[0]?.EventId,
        'detail-type': 'Order',
        source: 'shop',
        account: '000000000000',
        time: '2026-11-24T10:00:00Z',
        region: 'us-east-1',
        resources: ['arn:x'],
        detail: { total: 12 },
      },
    ]);
  });

  test("carries AWS's own events, which nobody else may send", async () => {
    await rule('aws', { source: ['aws.sagemaker'] });
    const { FailedEntryCount, Entries } = await put({}, 'aws.sagemaker');
    expect(FailedEntryCount).toBe(1);
    expect(Entries).toEqual([
      { ErrorCode: 'NotAuthorizedForSource', ErrorMessage: 'Not authorized for the source.' },
    ]);
    fixture.cloud.service<EventBridgeService>('events').emit({
      source: 'aws.sagemaker',
      'detail-type': 'SageMaker Endpoint State Change',
      detail: { EndpointStatus: 'IN_SERVICE' },
    });
    await fixture.settle();
    expect(await fixture.receiveJson(queue.url)).toMatchObject([
      { source: 'aws.sagemaker', resources: [], detail: { EndpointStatus: 'IN_SERVICE' } },
    ]);
  });

  test('refuses entries one by one', async () => {
    const result = await events.send(
      new PutEventsCommand({
        Entries: [
          { Source: 'shop', DetailType: 'Order', Detail: '{}' },
          { Source: 'shop', DetailType: 'Order', Detail: 'no json' },
          { DetailType: 'Order', Detail: '{}' },
        ],
      }),
    );
    expect(result.FailedEntryCount).toBe(2);
    expect(result.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'MalformedDetail',
      'InvalidArgument',
    ]);
  });

  test('takes at most ten entries', async () => {
    const Entries = Array.from({ length: 11 }, () => ({ Source: 'shop', DetailType: 'Order', Detail: '{}' }));
    await expect(events.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test.each<[string, Partial<Target>, string]>([
    ['a constant', { Input: '{"a":1}' }, '{"a":1}'],
    ['a part', { InputPath: '$.detail' }, '{"total":12,"who":{"name":"Ann \\"A\\""}}'],
    [
      'a template of JSON',
      {
        InputTransformer: {
          InputPathsMap: { total: '$.detail.total', who: '$.detail.who', none: '$.detail.none' },
          InputTemplate:
            '{"total": <total>, "who": <who>, "text": "of <who>", "rule": "<aws.events.rule-name>"}',
        },
      },
      '{"total": 12, "who": {"name":"Ann \\"A\\""}, "text": "of {\\"name\\":\\"Ann \\\\\\"A\\\\\\"\\"}", "rule": "orders"}',
    ],
    [
      'a template of text',
      { InputTransformer: { InputPathsMap: { name: '$.detail.who.name' }, InputTemplate: '"Hello <name>"' } },
      '"Hello Ann \\"A\\""',
    ],
  ])('gives the target %s', async (_name, target, expected) => {
    await rule('orders', { source: ['shop'] }, target);
    await put({ total: 12, who: { name: 'Ann "A"' } });
    expect((await fixture.receive(queue.url)).map(({ Body }) => Body)).toEqual([expected]);
  });

  test('fires a schedule on the clock, and not while it is disabled', async () => {
    await events.send(new PutRuleCommand({ Name: 'tick', ScheduleExpression: 'rate(5 minutes)' }));
    await events.send(new PutTargetsCommand({ Rule: 'tick', Targets: [{ Id: 't', Arn: queue.arn }] }));
    await fixture.advance(11 * MINUTE);
    const arn = 'arn:aws:events:us-east-1:000000000000:rule/tick';
    expect(await fixture.receiveJson(queue.url)).toMatchObject([
      {
        source: 'aws.events',
        'detail-type': 'Scheduled Event',
        time: '2026-11-24T10:05:00Z',
        resources: [arn],
        detail: {},
      },
      { time: '2026-11-24T10:10:00Z' },
    ]);
    await events.send(new DisableRuleCommand({ Name: 'tick' }));
    await fixture.advance(30 * MINUTE);
    expect(await fixture.receive(queue.url)).toEqual([]);
    await events.send(new EnableRuleCommand({ Name: 'tick' }));
    await fixture.advance(5 * MINUTE);
    expect(await fixture.receiveJson(queue.url)).toMatchObject([{ time: '2026-11-24T10:46:00Z' }]);
  });

  test('needs the leave of the queue, and gives up to the dead-letter queue', async () => {
    await new SQSClient(fixture.config()).send(new CreateQueueCommand({ QueueName: 'closed' }));
    const closed = 'arn:aws:sqs:us-east-1:000000000000:closed';
    await rule('orders', { source: ['shop'] }, { Arn: closed, DeadLetterConfig: { Arn: queue.arn } });
    await put({ total: 12 });
    const [letter] = await fixture.receive(queue.url);
    expect(JSON.parse(letter?.Body as string)).toMatchObject({ source: 'shop', detail: { total: 12 } });
    expect(letter?.MessageAttributes).toMatchObject({
      RULE_ARN: { StringValue: 'arn:aws:events:us-east-1:000000000000:rule/orders' },
      TARGET_ARN: { StringValue: closed },
      ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
    });
    expect(fixture.lines).toContainEqual(
      expect.stringContaining(
        'events: rule orders could not deliver to arn:aws:sqs:us-east-1:000000000000:closed',
      ),
    );
  });

  test('tells of its rules and targets', async () => {
    await events.send(
      new PutRuleCommand({
        Name: 'orders',
        EventPattern: '{"source":["shop"]}',
        Description: 'd',
        Tags: [{ Key: 'team', Value: 'ml' }],
      }),
    );
    await events.send(new PutTargetsCommand({ Rule: 'orders', Targets: [{ Id: 't', Arn: queue.arn }] }));
    const arn = 'arn:aws:events:us-east-1:000000000000:rule/orders';
    expect(await events.send(new DescribeRuleCommand({ Name: 'orders' }))).toMatchObject({
      Arn: arn,
      State: 'ENABLED',
      Description: 'd',
      EventPattern: '{"source":["shop"]}',
      EventBusName: 'default',
    });
    expect((await events.send(new ListRulesCommand({ NamePrefix: 'or' }))).Rules).toHaveLength(1);
    expect((await events.send(new ListRulesCommand({ NamePrefix: 'x' }))).Rules).toEqual([]);
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: 'orders' }));
    expect(Targets).toEqual([{ Id: 't', Arn: queue.arn }]);
    const { RuleNames } = await events.send(new ListRuleNamesByTargetCommand({ TargetArn: queue.arn }));
    expect(RuleNames).toEqual(['orders']);
    const { Tags } = await events.send(new ListTagsForResourceCommand({ ResourceARN: arn }));
    expect(Tags).toEqual([{ Key: 'team', Value: 'ml' }]);
  });

  test('deletes a rule only without targets', async () => {
    await rule('orders', { source: ['shop'] });
    await expect(events.send(new DeleteRuleCommand({ Name: 'orders' }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: "Rule can't be deleted since it has targets.",
    });
    await events.send(new RemoveTargetsCommand({ Rule: 'orders', Ids: ['t'] }));
    await events.send(new DeleteRuleCommand({ Name: 'orders' }));
    await expect(events.send(new DescribeRuleCommand({ Name: 'orders' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Rule orders does not exist on EventBus default.',
    });
  });

  test('tests a pattern', async () => {
    const event = {
      id: '1',
      account: '000000000000',
      source: 'shop',
      time: '2026-11-24T10:00:00Z',
      region: 'us-east-1',
      resources: [],
      'detail-type': 'Order',
    };
    const ask = (EventPattern: string, Event: object) =>
      events.send(new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(Event) }));
    expect((await ask('{"source":["shop"]}', event)).Result).toBe(true);
    expect((await ask('{"source":["else"]}', event)).Result).toBe(false);
    await expect(ask('{"source":"shop"}', event)).rejects.toMatchObject({
      name: 'InvalidEventPatternException',
    });
    await expect(ask('{"source":["shop"]}', { source: 'shop' })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test.each([
    [
      { Arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s' },
      'does not implement EventBridge targets of the service kinesis',
    ],
    [
      { Arn: 'arn:aws:events:us-east-1:000000000000:event-bus/other' },
      'does not implement EventBridge targets of the service events',
    ],
    [{ Arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:m' }, 'RoleArn is required for target'],
    [{ SqsParameters: { MessageGroupId: 'g' } }, 'does not implement SqsParameters'],
  ])('refuses the target %j', async (target, message) => {
    await expect(rule('orders', { source: ['shop'] }, target)).rejects.toThrow(message);
  });

  test('enforces IAM, also for the roles that targets are given', async () => {
    await rule('orders', { source: ['shop'] });
    const arn = 'arn:aws:events:us-east-1:000000000000:rule/orders';
    const role = new EventBridgeClient(
      await fixture.roleConfig('r', [{ Effect: 'Allow', Action: 'events:PutTargets', Resource: arn }]),
    );
    await expect(
      role.send(new PutRuleCommand({ Name: 'orders', EventPattern: '{"a":["b"]}' })),
    ).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`is not authorized to perform: events:PutRule on resource: ${arn}`),
    });
    const target = { Id: 't', Arn: queue.arn };
    await role.send(new PutTargetsCommand({ Rule: 'orders', Targets: [target] }));
    const RoleArn = 'arn:aws:iam::000000000000:role/other';
    await expect(
      role.send(new PutTargetsCommand({ Rule: 'orders', Targets: [{ ...target, RoleArn }] })),
    ).rejects.toThrow(`iam:PassRole on resource: ${RoleArn}`);
  });

  test('AWS::Events::Rule makes, changes and deletes a rule with its targets', async () => {
    const provider = fixture.cloud.service<EventBridgeService>('events').resources['AWS::Events::Rule'];
    const context = fixture.resourceContext('Rule');
    const before = {
      EventPattern: { source: ['shop'] },
      State: 'ENABLED',
      Targets: [{ Id: 'Target0', Arn: queue.arn, Input: '"a"' }],
    };
    const state = await provider?.create(before, context);
    expect(state).toEqual({
      physicalId: 'stack-Rule-1',
      attributes: { Arn: 'arn:aws:events:us-east-1:000000000000:rule/stack-Rule-1' },
    });
    const after = { ...before, Targets: [{ Id: 'Target1', Arn: queue.arn, Input: '"b"' }] };
    await provider?.update('stack-Rule-1', after, before, context);
    await put({});
    expect((await fixture.receive(queue.url)).map(({ Body }) => Body)).toEqual(['"b"']);
    await provider?.delete('stack-Rule-1', after, context);
    await provider?.delete('stack-Rule-1', after, context);
    expect((await events.send(new ListRulesCommand({}))).Rules).toEqual([]);
  });
});
