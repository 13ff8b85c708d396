import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { servicePrincipal } from '../../../local/gateway/principal';
import type { ResourceProvider } from '../../../local/gateway/service';
import type { LogsService } from '../../../local/services/logs/logs-service';
import { HOUR, ServiceFixture, START } from './service-fixture';

describe('CloudWatch Logs', () => {
  const fixture = new ServiceFixture();
  const client = () => new CloudWatchLogsClient(fixture.config());
  const at = (offset: number) => START.getTime() + offset;

  beforeAll(() => fixture.cloud.start());
  afterAll(() => fixture.cloud.stop());

  async function newStream(logGroupName: string, logStreamName = 's') {
    await client().send(new CreateLogGroupCommand({ logGroupName }));
    await client().send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    return { logGroupName, logStreamName };
  }

  async function putMessages(group: string, ...messages: string[]) {
    const stream = await newStream(group);
    const logEvents = messages.map((message, index) => ({ message, timestamp: at(index) }));
    await client().send(new PutLogEventsCommand({ ...stream, logEvents }));
    return stream;
  }

  async function filter(logGroupName: string, filterPattern: string): Promise<(string | undefined)[]> {
    const { events } = await client().send(new FilterLogEventsCommand({ logGroupName, filterPattern }));
    return (events ?? []).map(({ message }) => message);
  }

  test('groups and streams are made once, described and deleted', async () => {
    await newStream('/made/once');
    await expect(
      client().send(new CreateLogGroupCommand({ logGroupName: '/made/once' })),
    ).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'The specified log group already exists',
    });
    const { logGroups } = await client().send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/made' }));
    expect(logGroups).toMatchObject([
      {
        logGroupName: '/made/once',
        arn: 'arn:aws:logs:us-east-1:000000000000:log-group:/made/once:*',
        logGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/made/once',
        creationTime: START.getTime(),
      },
    ]);
    const { logStreams } = await client().send(
      new DescribeLogStreamsCommand({
        logGroupName: '/made/once',
        orderBy: 'LastEventTime',
        descending: true,
      }),
    );
    expect(logStreams).toMatchObject([{ logStreamName: 's' }]);
    await client().send(new DeleteLogGroupCommand({ logGroupName: '/made/once' }));
    await expect(
      client().send(new DescribeLogStreamsCommand({ logGroupName: '/made/once' })),
    ).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
  });

  test('events are read forwards and backwards, page by page', async () => {
    const stream = await putMessages('/pages', 'a', 'b', 'c', 'd', 'e');
    const read = async (options: object) => {
      const output = await client().send(new GetLogEventsCommand({ ...stream, ...options }));
      return { ...output, messages: output.events?.map(({ message }) => message).join('') };
    };
    const forwards = await read({ startFromHead: true, limit: 2 });
    expect(forwards.messages).toBe('ab');
    expect((await read({ nextToken: forwards.nextForwardToken, limit: 2 })).messages).toBe('cd');
    const backwards = await read({ limit: 2 });
    expect(backwards.messages).toBe('de');
    expect((await read({ nextToken: backwards.nextBackwardToken, limit: 2 })).messages).toBe('bc');
    const end = await read({ startFromHead: true });
    expect((await read({ nextToken: end.nextForwardToken })).nextForwardToken).toBe(end.nextForwardToken);
    expect((await read({ startTime: at(1), endTime: at(3) })).messages).toBe('bc');
  });

  test('events of one call must be in order', async () => {
    const stream = await newStream('/order');
    const logEvents = [at(2), at(1)].map((timestamp) => ({ timestamp, message: 'x' }));
    await expect(client().send(new PutLogEventsCommand({ ...stream, logEvents }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Log events in a single PutLogEvents request must be in chronological order.',
    });
  });

  test('terms filter events', async () => {
    await putMessages('/terms', 'ERROR disk full', 'WARN disk slow', 'ERROR net down', 'INFO fine');
    expect(await filter('/terms', 'ERROR disk')).toEqual(['ERROR disk full']);
    expect(await filter('/terms', '"disk slow"')).toEqual(['WARN disk slow']);
    expect(await filter('/terms', 'ERROR -disk')).toEqual(['ERROR net down']);
    expect(await filter('/terms', '?WARN ?INFO')).toEqual(['WARN disk slow', 'INFO fine']);
    expect(await filter('/terms', '%d[io]%')).toEqual([
      'ERROR disk full',
      'WARN disk slow',
      'ERROR net down',
    ]);
    expect(await filter('/terms', 'error')).toEqual([]);
  });

  test('members of JSON filter events', async () => {
    const [slow, failed, nested] = [
      '{"level":"INFO","took":12}',
      '{"level":"ERROR","took":3}',
      '{"detail":{"codes":[7]}}',
    ];
    await putMessages('/json', slow, failed, nested, 'no JSON');
    expect(await filter('/json', '{ $.level = "ERROR" }')).toEqual([failed]);
    expect(await filter('/json', '{ $.level = "*O*" && $.took > 10 }')).toEqual([slow]);
    expect(await filter('/json', '{ $.took = 3 || $.detail.codes[0] = 7 }')).toEqual([failed, nested]);
    expect(await filter('/json', '{ $.level != "INFO" }')).toEqual([failed]);
    await expect(filter('/json', '{ ($.a = 1) }')).rejects.toThrow('the local cloud does not implement');
    await expect(filter('/json', '[a, b]')).rejects.toThrow('space-delimited');
  });

  test('retention forgets old events', async () => {
    const stream = await putMessages('/retained', 'old');
    await expect(
      client().send(new PutRetentionPolicyCommand({ logGroupName: '/retained', retentionInDays: 2 })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await client().send(new PutRetentionPolicyCommand({ logGroupName: '/retained', retentionInDays: 1 }));
    expect(await filter('/retained', '')).toEqual(['old']);
    await fixture.advance(25 * HOUR);
    await client().send(
      new PutLogEventsCommand({ ...stream, logEvents: [{ message: 'new', timestamp: at(25 * HOUR) }] }),
    );
    expect(await filter('/retained', '')).toEqual(['new']);
  });

  test('groups carry tags', async () => {
    await newStream('/tagged');
    const resourceArn = 'arn:aws:logs:us-east-1:000000000000:log-group:/tagged';
    await client().send(new TagResourceCommand({ resourceArn, tags: { a: 'b' } }));
    expect((await client().send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ a: 'b' });
  });

  test('a role writes only to the streams that it may write to', async () => {
    const stream = await newStream('/mine');
    const other = await newStream('/not-mine');
    const config = await fixture.roleConfig('writer', [
      {
        Effect: 'Allow',
        Action: 'logs:PutLogEvents',
        Resource: 'arn:aws:logs:us-east-1:000000000000:log-group:/mine:*',
      },
    ]);
    const writer = new CloudWatchLogsClient(config);
    const logEvents = [{ timestamp: at(0), message: 'x' }];
    await writer.send(new PutLogEventsCommand({ ...stream, logEvents }));
    await expect(writer.send(new PutLogEventsCommand({ ...other, logEvents }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        'logs:PutLogEvents on resource: arn:aws:logs:us-east-1:000000000000:log-group:/not-mine:log-stream:s',
      ),
    });
  });

  test('CloudFormation makes, changes and deletes a group', async () => {
    const provider = fixture.cloud.service<LogsService>('logs').resources[
      'AWS::Logs::LogGroup'
    ] as ResourceProvider;
    const context = fixture.resourceContext('Logs');
    const given = { RetentionInDays: '90', Tags: [{ Key: 'a', Value: 'b' }] };
    expect(await provider.create(given, context)).toEqual({
      physicalId: 'stack-Logs-1',
      attributes: { Arn: 'arn:aws:logs:us-east-1:000000000000:log-group:stack-Logs-1:*' },
    });
    const describe = async () =>
      (await client().send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'stack-Logs-1' }))).logGroups;
    expect(await describe()).toMatchObject([{ retentionInDays: 90 }]);
    await provider.update('stack-Logs-1', {}, given, context);
    expect((await describe())?.[0]?.retentionInDays).toBeUndefined();
    await provider.delete('stack-Logs-1', {}, context);
    expect(await describe()).toEqual([]);
    await provider.delete('stack-Logs-1', {}, context);
  });

  test('CloudFormation makes and deletes a stream of a group', async () => {
    await client().send(new CreateLogGroupCommand({ logGroupName: '/firehose' }));
    const provider = fixture.cloud.service<LogsService>('logs').resources[
      'AWS::Logs::LogStream'
    ] as ResourceProvider;
    const context = fixture.resourceContext('Errors');
    const properties = { LogGroupName: '/firehose' };
    expect(await provider.create(properties, context)).toEqual({ physicalId: 'stack-Errors-1' });
    const streams = async () =>
      (await client().send(new DescribeLogStreamsCommand({ logGroupName: '/firehose' }))).logStreams;
    expect(await streams()).toMatchObject([{ logStreamName: 'stack-Errors-1' }]);
    await provider.delete('stack-Errors-1', properties, context);
    await provider.delete('stack-Errors-1', properties, context);
    expect(await streams()).toEqual([]);
  });

  test('a resource policy lets a service write', async () => {
    await newStream('/aws/events/rule');
    const write = () =>
      fixture.cloud.call(
        'logs',
        'PutLogEvents',
        { logGroupName: '/aws/events/rule', logStreamName: 's', logEvents: [{ timestamp: 1, message: 'x' }] },
        servicePrincipal('events.amazonaws.com', fixture.cloud.account),
      );
    await expect(write()).rejects.toMatchObject({ name: 'AccessDenied' });
    const provider = fixture.cloud.service<LogsService>('logs').resources[
      'AWS::Logs::ResourcePolicy'
    ] as ResourceProvider;
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/*',
    };
    const properties = { PolicyName: 'p', PolicyDocument: JSON.stringify({ Statement: [statement] }) };
    const { physicalId } = await provider.create(properties, fixture.resourceContext());
    await expect(write()).resolves.toBeDefined();
    await provider.delete(physicalId, properties, fixture.resourceContext());
    await expect(write()).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
