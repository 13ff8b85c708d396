import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  GetDashboardCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListDashboardsCommand,
  ListMetricsCommand,
  ListTagsForResourceCommand,
  type MetricDatum,
  PutCompositeAlarmCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import type { CloudWatchService } from '../../../local/services/cloudwatch/cloudwatch-service';
import type { SnsService } from '../../../local/services/sns/sns-service';
import { HOUR, MINUTE, SECOND, ServiceFixture, START } from './service-fixture';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:alerts';

describe('CloudWatch', () => {
  let fixture: ServiceFixture;
  let cloudwatch: CloudWatchClient;

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    cloudwatch = new CloudWatchClient(fixture.config());
  });
  afterEach(() => fixture.cloud.stop());

  const put = (...MetricData: MetricDatum[]) =>
    cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Models', MetricData }));

  const errors = (Value: number, more: Partial<MetricDatum> = {}) =>
    put({ MetricName: 'Errors', Value, ...more });

  const alarm = (more: Partial<PutMetricAlarmCommandInput> = {}) =>
    cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'errors',
        Namespace: 'Models',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 2,
        ComparisonOperator: 'GreaterThanThreshold',
        AlarmActions: [TOPIC],
        ...more,
      }),
    );

  const describeAlarm = async (name = 'errors') => {
    const { MetricAlarms, CompositeAlarms } = await cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
    );
    return MetricAlarms?.[0] ?? CompositeAlarms?.[0];
  };

  const stateOf = async (name?: string) => (await describeAlarm(name))?.StateValue;

  const messages = () => fixture.cloud.service<SnsService>('sns').messages(TOPIC);

  const createTopic = () => new SNSClient(fixture.config()).send(new CreateTopicCommand({ Name: 'alerts' }));

  describe('metrics', () => {
    test('gives statistics of values, values with counts, and statistic sets', async () => {
      await put(
        { MetricName: 'Latency', Value: 10, Unit: 'Milliseconds' },
        { MetricName: 'Latency', Values: [20, 30], Counts: [1, 2], Unit: 'Milliseconds' },
        {
          MetricName: 'Latency',
          StatisticValues: { SampleCount: 2, Sum: 10, Minimum: 4, Maximum: 6 },
          Timestamp: new Date(START.getTime() + MINUTE),
          Unit: 'Milliseconds',
        },
      );
      const { Datapoints, Label } = await cloudwatch.send(
        new GetMetricStatisticsCommand({
          Namespace: 'Models',
          MetricName: 'Latency',
          StartTime: START,
          EndTime: new Date(START.getTime() + 2 * MINUTE),
          Period: 60,
          Statistics: ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'],
        }),
      );
      expect(Label).toBe('Latency');
      expect(Datapoints).toMatchObject([
        {
          Timestamp: START,
          Unit: 'Milliseconds',
          Sum: 90,
          Average: 22.5,
          Minimum: 10,
          Maximum: 30,
          SampleCount: 4,
        },
        { Sum: 10, Average: 5, Minimum: 4, Maximum: 6, SampleCount: 2 },
      ]);
    });

    test('counts the values between bounds, the lower one excluded', async () => {
      await put({ MetricName: 'Latency', Values: [10, 20, 30, 40], Counts: [1, 2, 3, 4] });
      const { MetricDataResults } = await cloudwatch.send(
        new GetMetricDataCommand({
          StartTime: START,
          EndTime: new Date(START.getTime() + MINUTE),
          MetricDataQueries: ['TC(20:)', 'TC(20:30)', 'TC(:20)', 'TC(40:)'].map((Stat, index) => ({
            Id: `m${index}`,
            MetricStat: { Metric: { Namespace: 'Models', MetricName: 'Latency' }, Period: 60, Stat },
          })),
        }),
      );
      expect(MetricDataResults?.map(({ Values }) => Values)).toEqual([[7], [3], [3], [0]]);
    });

    test('gives percentiles within half a percent, however many values come', async () => {
      const values = Array.from({ length: 9_000 }, (_, i) => i + 1);
      for (let i = 0; i < values.length; i += 150)
        await put({ MetricName: 'Latency', Values: values.slice(i, i + 150) });
      const { Datapoints } = await cloudwatch.send(
        new GetMetricStatisticsCommand({
          Namespace: 'Models',
          MetricName: 'Latency',
          StartTime: START,
          EndTime: new Date(START.getTime() + MINUTE),
          Period: 60,
          ExtendedStatistics: ['p50', 'p99.9', 'p100'],
        }),
      );
      const { p50, 'p99.9': p999, p100 } = Datapoints?.[0]?.ExtendedStatistics ?? {};
      expect(Math.abs((p50 as number) / 4_500 - 1)).toBeLessThan(0.005);
      expect(Math.abs((p999 as number) / 8_991 - 1)).toBeLessThan(0.005);
      expect(p100).toBe(9_000);
    });

    test('tells dimensions apart', async () => {
      await put(
        { MetricName: 'Errors', Value: 1, Dimensions: [{ Name: 'Endpoint', Value: 'a' }] },
        { MetricName: 'Errors', Value: 5, Dimensions: [{ Name: 'Endpoint', Value: 'b' }] },
      );
      fixture.cloud
        .service<CloudWatchService>('monitoring')
        .record('AWS/SageMaker', 'Invocations', { EndpointName: 'a', VariantName: 'blue' }, 1);
      const { Metrics } = await cloudwatch.send(
        new ListMetricsCommand({ Dimensions: [{ Name: 'Endpoint', Value: 'b' }] }),
      );
      expect(Metrics).toEqual([
        { Namespace: 'Models', MetricName: 'Errors', Dimensions: [{ Name: 'Endpoint', Value: 'b' }] },
      ]);
      expect(
        (await cloudwatch.send(new ListMetricsCommand({ Namespace: 'AWS/SageMaker' }))).Metrics,
      ).toHaveLength(1);
    });

    test.each<[MetricDatum, string]>([
      [{ MetricName: 'm', Value: 1, Values: [1] }, 'mutually exclusive'],
      [{ MetricName: 'm', Values: [1, 2], Counts: [1] }, 'must be of the same size'],
      [
        { MetricName: 'm', Value: 1, Timestamp: new Date('2026-11-01T00:00:00Z') },
        'within the past two weeks',
      ],
      [
        { MetricName: 'm', Value: 1, Timestamp: new Date('2026-11-24T13:00:00Z') },
        'no more than two hours in the future',
      ],
    ])('refuses %j', async (datum, message) => {
      await expect(put(datum)).rejects.toThrow(message);
    });

    test('leaves the namespaces of AWS to AWS', async () => {
      await expect(
        cloudwatch.send(
          new PutMetricDataCommand({
            Namespace: 'AWS/SageMaker',
            MetricData: [{ MetricName: 'm', Value: 1 }],
          }),
        ),
      ).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    });

    test.each<[string, number[]]>([
      ['m1 / m2', [0.5, 0.25]],
      ['100 * (m1 - 1) ^ 2', [900, 400]],
      ['SUM(METRICS())', [12, 15]],
      ['MAX([m1, m2])', [8, 12]],
      ['m1 / SUM(m1)', [4 / 7, 3 / 7]],
      ['IF(m1 > 3, m1, 0)', [4, 0]],
      ['IF(m2 > 10 AND m1 < 4, 1, 0)', [0, 1]],
      ['-m1 + PERIOD(m1)', [56, 57]],
      ['RATE(m2)', [4 / 60]],
      ['DIFF(m2)', [4]],
      ['m1 / (m2 - 8)', [0.75]],
    ])('evaluates %s', async (Expression, expected) => {
      for (const [m1, m2] of [
        [4, 8],
        [3, 12],
      ] as const) {
        await put({ MetricName: 'm1', Value: m1 }, { MetricName: 'm2', Value: m2 });
        await fixture.advance(MINUTE);
      }
      expect(await query(Expression)).toEqual(expected);
    });

    test('fills what is missing', async () => {
      await put({ MetricName: 'm1', Value: 2 }, { MetricName: 'm2', Value: 1 });
      await fixture.advance(2 * MINUTE);
      await put({ MetricName: 'm1', Value: 6 }, { MetricName: 'm2', Value: 1 });
      await fixture.advance(MINUTE);
      expect(await query('FILL(m1, 0)')).toEqual([2, 0, 6]);
      expect(await query('FILL(m1, REPEAT)')).toEqual([2, 2, 6]);
      expect(await query('FILL(m1, LINEAR)')).toEqual([2, 4, 6]);
      expect(await query('SUM(FILL(METRICS(), 0))')).toEqual([3, 0, 7]);
    });

    test.each([
      ['ANOMALY_DETECTION_BAND(m1)', 'does not implement the metric math function ANOMALY_DETECTION_BAND'],
      ['SEARCH("{Models}", "Sum")', 'does not implement the metric math function SEARCH'],
      ['m1 +', 'unexpected end'],
      ['m9', 'undefined id m9'],
      ['SUM(m1)', 'must return a single time series'],
    ])('refuses the expression %s', async (expression, message) => {
      await expect(query(expression)).rejects.toThrow(message);
    });

    async function query(Expression: string): Promise<number[] | undefined> {
      const metric = (Id: string) => ({
        Id,
        ReturnData: false,
        MetricStat: { Metric: { Namespace: 'Models', MetricName: Id }, Period: 60, Stat: 'Sum' },
      });
      const { MetricDataResults } = await cloudwatch.send(
        new GetMetricDataCommand({
          StartTime: START,
          EndTime: fixture.cloud.clock.date(),
          ScanBy: 'TimestampAscending',
          MetricDataQueries: [metric('m1'), metric('m2'), { Id: 'e1', Expression }],
        }),
      );
      expect(MetricDataResults?.map(({ Id }) => Id)).toEqual(['e1']);
      return MetricDataResults?.[0]?.Values;
    }
  });

  describe('alarms', () => {
    test('go to ALARM and back, with reasons, history, notification and event', async () => {
      await createTopic();
      const queue = await fixture.queueFor('alarm-events', 'events.amazonaws.com');
      const events = new EventBridgeClient(fixture.config());
      await events.send(
        new PutRuleCommand({ Name: 'alarms', EventPattern: '{"source":["aws.cloudwatch"]}' }),
      );
      await events.send(new PutTargetsCommand({ Rule: 'alarms', Targets: [{ Id: 't', Arn: queue.arn }] }));
      await alarm({ AlarmDescription: 'too many errors' });
      expect(await describeAlarm()).toMatchObject({
        StateValue: 'INSUFFICIENT_DATA',
        StateReason: 'Unchecked: Initial alarm creation',
        AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors',
        ActionsEnabled: true,
      });

      await errors(1);
      await fixture.advance(MINUTE);
      expect(await stateOf()).toBe('OK');
      await errors(2);
      await errors(1);
      await fixture.advance(MINUTE);

      const reason =
        'Threshold Crossed: 1 out of the last 1 datapoints [3.0 (24/11/26 10:01:00)] was greater than the threshold (2.0) (minimum 1 datapoint for OK -> ALARM transition).';
      const described = await describeAlarm();
      expect(described).toMatchObject({ StateValue: 'ALARM', StateReason: reason });
      expect(JSON.parse(described?.StateReasonData as string)).toEqual({
        version: '1.0',
        queryDate: '2026-11-24T10:02:00.000+0000',
        startDate: '2026-11-24T10:01:00.000+0000',
        statistic: 'Sum',
        period: 60,
        recentDatapoints: [3],
        threshold: 2,
        evaluatedDatapoints: [{ timestamp: '2026-11-24T10:01:00.000+0000', sampleCount: 2, value: 3 }],
      });

      const [message] = messages();
      expect(message?.subject).toBe('ALARM: "errors" in US East (N. Virginia)');
      expect(JSON.parse(message?.message as string)).toMatchObject({
        AlarmName: 'errors',
        AlarmDescription: 'too many errors',
        AWSAccountId: '000000000000',
        NewStateValue: 'ALARM',
        NewStateReason: reason,
        OldStateValue: 'OK',
        Trigger: {
          MetricName: 'Errors',
          Namespace: 'Models',
          StatisticType: 'Statistic',
          Statistic: 'SUM',
          Threshold: 2,
        },
      });

      const [, change] = await fixture.receiveJson(queue.url);
      expect(change).toMatchObject({
        'detail-type': 'CloudWatch Alarm State Change',
        source: 'aws.cloudwatch',
        time: '2026-11-24T10:02:00Z',
        resources: ['arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors'],
        detail: {
          alarmName: 'errors',
          state: { value: 'ALARM', reason, timestamp: '2026-11-24T10:02:00.000+0000' },
          previousState: { value: 'OK' },
          configuration: {
            description: 'too many errors',
            metrics: [
              {
                metricStat: {
                  metric: { namespace: 'Models', name: 'Errors', dimensions: {} },
                  period: 60,
                  stat: 'Sum',
                },
                returnData: true,
              },
            ],
          },
        },
      });

      await errors(0);
      await fixture.advance(MINUTE);
      expect(await stateOf()).toBe('OK');
      const { AlarmHistoryItems } = await cloudwatch.send(
        new DescribeAlarmHistoryCommand({ AlarmName: 'errors', ScanBy: 'TimestampAscending' }),
      );
      expect(AlarmHistoryItems?.map(({ HistorySummary }) => HistorySummary)).toEqual([
        'Alarm "errors" created',
        'Alarm updated from INSUFFICIENT_DATA to OK',
        'Alarm updated from OK to ALARM',
        `Successfully executed action ${TOPIC}`,
        'Alarm updated from ALARM to OK',
      ]);
    });

    test('keep the last data for three periods, then miss it', async () => {
      await alarm({ AlarmActions: [] });
      await errors(9);
      await fixture.advance(3 * MINUTE);
      expect(await stateOf()).toBe('ALARM');
      await fixture.advance(MINUTE);
      expect(await describeAlarm()).toMatchObject({
        StateValue: 'INSUFFICIENT_DATA',
        StateReason: 'Insufficient Data: 1 datapoint was unknown.',
      });
    });

    test('look every minute at the periods until then', async () => {
      await alarm({ AlarmActions: [], Period: 300 });
      await fixture.advance(90 * SECOND);
      await errors(9);
      await fixture.advance(30 * SECOND);
      expect(await describeAlarm()).toMatchObject({
        StateValue: 'ALARM',
        StateReason: expect.stringContaining('[9.0 (24/11/26 09:57:00)]'),
      });
    });

    test('with ten seconds are evaluated every ten seconds', async () => {
      await alarm({ AlarmActions: [], Period: 10 });
      await fixture.advance(12 * SECOND);
      await errors(9, { StorageResolution: 1 });
      await fixture.advance(7 * SECOND);
      expect(await stateOf()).toBe('INSUFFICIENT_DATA');
      await fixture.advance(SECOND);
      expect(await stateOf()).toBe('ALARM');
    });

    test('need M out of N', async () => {
      await alarm({ AlarmActions: [], EvaluationPeriods: 3, DatapointsToAlarm: 2 });
      const states: (string | undefined)[] = [];
      for (const value of [0, 0, 9, 0, 9]) {
        await errors(value);
        await fixture.advance(MINUTE);
        states.push(await stateOf());
      }
      expect(states).toEqual(['OK', 'OK', 'OK', 'OK', 'ALARM']);
    });

    test('can be on an expression', async () => {
      const metric = (Id: string, MetricName: string) => ({
        Id,
        ReturnData: false,
        MetricStat: { Metric: { Namespace: 'Models', MetricName }, Period: 60, Stat: 'Sum' },
      });
      await cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName: 'rate',
          EvaluationPeriods: 1,
          Threshold: 0.1,
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
          TreatMissingData: 'notBreaching',
          Metrics: [
            { Id: 'rate', Expression: 'IF(calls > 10, FILL(errors, 0) / calls)', ReturnData: true },
            metric('errors', 'Errors'),
            metric('calls', 'Calls'),
          ],
        }),
      );
      await put({ MetricName: 'Calls', Value: 5 }, { MetricName: 'Errors', Value: 5 });
      await fixture.advance(MINUTE);
      expect(await stateOf('rate')).toBe('OK');
      await put({ MetricName: 'Calls', Value: 50 }, { MetricName: 'Errors', Value: 5 });
      await fixture.advance(MINUTE);
      expect(await stateOf('rate')).toBe('ALARM');
      await put({ MetricName: 'Calls', Value: 50 });
      await fixture.advance(MINUTE);
      expect(await stateOf('rate')).toBe('OK');
    });

    test('can wait for enough samples of a percentile', async () => {
      await alarm({
        AlarmActions: [],
        Statistic: undefined,
        ExtendedStatistic: 'p90',
        EvaluateLowSampleCountPercentile: 'ignore',
      });
      // 10 / (1 - 0.9) = 100 samples are asked for.
      await put({ MetricName: 'Errors', Values: [9], Counts: [99] });
      await fixture.advance(MINUTE);
      expect(await stateOf()).toBe('INSUFFICIENT_DATA');
      await put({ MetricName: 'Errors', Values: [9], Counts: [100] });
      await fixture.advance(MINUTE);
      expect(await stateOf()).toBe('ALARM');
    });

    test('can be set by hand until the next evaluation, and act only if enabled', async () => {
      await createTopic();
      await alarm({ TreatMissingData: 'notBreaching' });
      const set = () =>
        cloudwatch.send(
          new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'a rehearsal' }),
        );
      await set();
      await fixture.settle();
      expect(messages()).toHaveLength(1);
      await fixture.advance(MINUTE);
      expect(await stateOf()).toBe('OK');
      await cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: ['errors'] }));
      await set();
      await fixture.settle();
      expect(messages()).toHaveLength(1);
    });

    test("need the leave of a topic's own policy", async () => {
      await createTopic();
      const Statement = {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: TOPIC,
      };
      await new SNSClient(fixture.config()).send(
        new SetTopicAttributesCommand({
          TopicArn: TOPIC,
          AttributeName: 'Policy',
          AttributeValue: JSON.stringify({ Statement }),
        }),
      );
      await alarm();
      await errors(9);
      await fixture.advance(MINUTE);
      expect(messages()).toEqual([]);
      const { AlarmHistoryItems } = await cloudwatch.send(
        new DescribeAlarmHistoryCommand({ AlarmName: 'errors', HistoryItemType: 'Action' }),
      );
      expect(AlarmHistoryItems?.[0]?.HistorySummary).toContain(
        `Failed to execute action ${TOPIC}. Received error: "User: cloudwatch.amazonaws.com is not authorized`,
      );
    });

    test('are found by metric, by prefix and by state', async () => {
      await alarm({ Tags: [{ Key: 'team', Value: 'ml' }] });
      const { MetricAlarms } = await cloudwatch.send(
        new DescribeAlarmsForMetricCommand({ Namespace: 'Models', MetricName: 'Errors' }),
      );
      expect(MetricAlarms).toHaveLength(1);
      const find = async (input: object) =>
        (await cloudwatch.send(new DescribeAlarmsCommand(input))).MetricAlarms?.length;
      expect(await find({ AlarmNamePrefix: 'err', StateValue: 'INSUFFICIENT_DATA' })).toBe(1);
      expect(await find({ StateValue: 'ALARM' })).toBe(0);
      expect(await find({ ActionPrefix: 'arn:aws:sns' })).toBe(1);
      const { Tags } = await cloudwatch.send(
        new ListTagsForResourceCommand({
          ResourceARN: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors',
        }),
      );
      expect(Tags).toEqual([{ Key: 'team', Value: 'ml' }]);
    });

    test.each<[Partial<PutMetricAlarmCommandInput>, string]>([
      [{ DatapointsToAlarm: 2 }, 'DatapointsToAlarm must be at least 1, and at most EvaluationPeriods'],
      [{ Threshold: undefined }, 'The parameter Threshold must be set'],
      [{ Period: 45 }, 'for parameter Period is not valid'],
      [{ Statistic: undefined, ExtendedStatistic: 'tm99' }, 'does not implement the statistic tm99'],
      [
        { AlarmActions: ['arn:aws:ssm:us-east-1:000000000000:opsitem:1'] },
        'does not implement the alarm action arn:aws:ssm',
      ],
      [{ ComparisonOperator: 'GreaterThanUpperThreshold' }, 'does not implement the comparison operator'],
      [{ TreatMissingData: 'fine' }, 'Option fine for TreatMissingData is not supported'],
    ])('with %j are refused', async (more, message) => {
      await expect(alarm(more)).rejects.toThrow(message);
    });
  });

  describe('composite alarms', () => {
    const composite = (AlarmRule: string, AlarmName = 'either') =>
      cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName, AlarmRule, AlarmActions: [TOPIC] }));

    beforeEach(async () => {
      await createTopic();
      await alarm({ AlarmName: 'errors', AlarmActions: [] });
      await alarm({ AlarmName: 'slow ones', AlarmActions: [], MetricName: 'Slow' });
    });

    test('follow their children, also through another composite', async () => {
      await expect(composite('ALARM("errors") OR ALARM(none)')).rejects.toThrow(
        'alarms that do not exist: none',
      );
      await composite('ALARM("slow ones") OR ALARM(arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors)');
      await composite('ALARM(either) AND NOT (OK("slow ones") OR FALSE)', 'outer');
      expect(await stateOf('either')).toBe('OK');
      await errors(9);
      await fixture.advance(MINUTE);
      expect(await describeAlarm('either')).toMatchObject({
        StateValue: 'ALARM',
        StateReason:
          'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors transitioned to ALARM at Tuesday 24 November, 2026 10:01:00 UTC',
      });
      expect(await stateOf('outer')).toBe('ALARM');
      expect(messages().map(({ subject }) => subject)).toContain('ALARM: "either" in US East (N. Virginia)');
      await put({ MetricName: 'Errors', Value: 0 }, { MetricName: 'Slow', Value: 0 });
      await fixture.advance(MINUTE);
      expect(await stateOf('either')).toBe('OK');
      expect(await stateOf('outer')).toBe('OK');
    });

    test('hold their children', async () => {
      await composite('ALARM(errors)');
      await expect(
        cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['errors'] })),
      ).rejects.toMatchObject({ name: 'ValidationException' });
      await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['errors', 'either'] }));
      expect(await describeAlarm('either')).toBeUndefined();
    });

    test.each(['ALARM(errors', 'ALARM errors', 'ALARM(errors) XOR OK(errors)', '()'])(
      '%j is refused',
      async (rule) => {
        await expect(composite(rule)).rejects.toThrow('Invalid AlarmRule expression');
      },
    );
  });

  test('keeps dashboards', async () => {
    const DashboardBody = JSON.stringify({ widgets: [] });
    await cloudwatch.send(new PutDashboardCommand({ DashboardName: 'model', DashboardBody }));
    expect(await cloudwatch.send(new GetDashboardCommand({ DashboardName: 'model' }))).toMatchObject({
      DashboardBody,
      DashboardArn: 'arn:aws:cloudwatch::000000000000:dashboard/model',
    });
    expect((await cloudwatch.send(new ListDashboardsCommand({}))).DashboardEntries).toMatchObject([
      { DashboardName: 'model', Size: DashboardBody.length },
    ]);
    await expect(
      cloudwatch.send(new PutDashboardCommand({ DashboardName: 'model', DashboardBody: '{' })),
    ).rejects.toMatchObject({ name: 'DashboardInvalidInputError' });
    await expect(cloudwatch.send(new GetDashboardCommand({ DashboardName: 'none' }))).rejects.toMatchObject({
      message: 'Dashboard none does not exist',
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('enforces IAM, with the namespace as a condition', async () => {
    const Condition = { StringEquals: { 'cloudwatch:namespace': 'Models' } };
    const role = new CloudWatchClient(
      await fixture.roleConfig('r', [
        { Effect: 'Allow', Action: 'cloudwatch:PutMetricData', Resource: '*', Condition },
      ]),
    );
    const MetricData = [{ MetricName: 'm', Value: 1 }];
    await role.send(new PutMetricDataCommand({ Namespace: 'Models', MetricData }));
    await expect(
      role.send(new PutMetricDataCommand({ Namespace: 'Other', MetricData })),
    ).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(role.send(new DescribeAlarmsCommand({ AlarmNames: ['errors'] }))).rejects.toThrow(
      'cloudwatch:DescribeAlarms on resource: arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors',
    );
  });

  test('a week of alarms passes quickly', async () => {
    await alarm({ AlarmActions: [], Period: 300, EvaluationPeriods: 3, TreatMissingData: 'breaching' });
    for (let hour = 0; hour < 7 * 24; hour++) {
      await errors(1);
      await fixture.advance(HOUR);
    }
    expect(await stateOf()).toBe('ALARM');
    const { AlarmHistoryItems } = await cloudwatch.send(
      new DescribeAlarmHistoryCommand({ AlarmName: 'errors', HistoryItemType: 'StateUpdate', MaxRecords: 1 }),
    );
    expect(AlarmHistoryItems).toHaveLength(1);
  });

  test('its CloudFormation resources are made, changed and deleted', async () => {
    const { resources } = fixture.cloud.service<CloudWatchService>('monitoring');
    const context = fixture.resourceContext('Alarm');
    const given = {
      Namespace: 'Models',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 2,
      ComparisonOperator: 'GreaterThanThreshold',
    };
    expect(await resources['AWS::CloudWatch::Alarm']?.create(given, context)).toEqual({
      physicalId: 'stack-Alarm-1',
      attributes: { Arn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:stack-Alarm-1' },
    });
    await resources['AWS::CloudWatch::Alarm']?.update(
      'stack-Alarm-1',
      { ...given, Threshold: 5 },
      given,
      context,
    );
    expect(await describeAlarm('stack-Alarm-1')).toMatchObject({ Threshold: 5 });
    const rule = { AlarmRule: 'ALARM(stack-Alarm-1)' };
    const composite = await resources['AWS::CloudWatch::CompositeAlarm']?.create(
      rule,
      fixture.resourceContext('Any'),
    );
    expect(composite?.attributes).toEqual({
      Arn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:stack-Any-1',
    });
    await resources['AWS::CloudWatch::CompositeAlarm']?.delete('stack-Any-1', rule, context);
    await resources['AWS::CloudWatch::Alarm']?.delete('stack-Alarm-1', given, context);
    expect(await describeAlarm('stack-Alarm-1')).toBeUndefined();
    const dashboard = await resources['AWS::CloudWatch::Dashboard']?.create({ DashboardBody: '{}' }, context);
    expect(dashboard?.physicalId).toBe('stack-Alarm-1');
    await resources['AWS::CloudWatch::Dashboard']?.delete('stack-Alarm-1', {}, context);
    await resources['AWS::CloudWatch::Dashboard']?.delete('stack-Alarm-1', {}, context);
  });
});
