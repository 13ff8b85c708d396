import {
  CloudWatchClient,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { MINUTE, ServiceFixture, START } from '../services/service-fixture';
import { fetchPage } from './page-fixture';

const NAMESPACE = 'Shop';
const HOSTILE = '<script>alert(1)</script>';

describe('pages of metrics', () => {
  const fixture = new ServiceFixture();
  let cloudWatch: CloudWatchClient;

  beforeAll(async () => {
    await fixture.cloud.start();
    cloudWatch = new CloudWatchClient(fixture.config());
    await cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: NAMESPACE,
        MetricData: [10, 20, 30].map((Value, index) => ({
          MetricName: 'Orders',
          Dimensions: [{ Name: 'Country', Value: 'SE' }],
          Timestamp: new Date(START.getTime() - (30 - index * 10) * MINUTE),
          Value,
        })),
      }),
    );
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'few',
        AlarmDescription: `too few orders ${HOSTILE}`,
        Namespace: NAMESPACE,
        MetricName: 'Orders',
        Dimensions: [{ Name: 'Country', Value: 'SE' }],
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 2,
        Threshold: 5,
        ComparisonOperator: 'LessThanThreshold',
      }),
    );
  });
  afterAll(() => fixture.cloud.stop());

  const dashboard = async (widgets: readonly object[]) => {
    const body = { start: '-PT1H', widgets };
    await cloudWatch.send(
      new PutDashboardCommand({ DashboardName: 'shop', DashboardBody: JSON.stringify(body) }),
    );
    return fetchPage(fixture.cloud, 'dashboards/shop');
  };
  const graph = (metrics: readonly unknown[][], more: object = {}) => ({
    type: 'metric',
    x: 6,
    y: 2,
    width: 12,
    height: 6,
    properties: { title: 'Orders', metrics, stat: 'Sum', period: 300, ...more },
  });

  test('a dashboard draws metrics, expressions on them, and annotations, where it says', async () => {
    const { status, markup, text } = await dashboard([
      graph(
        [
          [NAMESPACE, 'Orders', 'Country', 'SE', { id: 'orders', label: 'Sweden', color: '#d62728' }],
          [{ expression: 'FILL(orders, 0) * 2', label: 'twice' }],
        ],
        { annotations: { horizontal: [{ value: 40, label: 'capacity' }] } },
      ),
    ]);
    expect(status).toBe(200);
    expect(markup).toContain('grid-column:7 / span 12;grid-row:3 / span 6');
    expect(text).toContain('Sweden');
    expect(text).toContain('twice');
    expect(text).toContain('capacity');
    // Ten minutes apart at five minutes a point, what Sweden ordered is points; the filled expression is a
    // line.
    expect(markup.match(/<circle/g)).toHaveLength(3);
    expect(markup.match(/<polyline/g)).toHaveLength(1);
    expect(markup).toContain('color:#d62728');
  });

  test('rows of a dashboard may repeat the row before', async () => {
    const { markup } = await dashboard([
      graph([
        [NAMESPACE, 'Orders', 'Country', 'SE', { stat: 'Sum' }],
        ['.', '.', '.', '.', { stat: 'Maximum' }],
        ['...', { stat: 'Minimum' }],
      ]),
    ]);
    expect(markup.match(/<circle/g)).toHaveLength(9);
  });

  test('metrics that are not visible are only there for expressions', async () => {
    const { text } = await dashboard([
      graph([
        [NAMESPACE, 'Orders', 'Country', 'SE', { id: 'orders', label: 'hidden', visible: false }],
        [{ expression: 'orders * 2', label: 'shown' }],
      ]),
    ]);
    expect(text).toContain('shown');
    expect(text).not.toContain('hidden');
  });

  test('a single value is the latest one', async () => {
    const { text } = await dashboard([
      graph([[NAMESPACE, 'Orders', 'Country', 'SE']], { view: 'singleValue' }),
    ]);
    expect(text).toContain('Orders Orders 30');
  });

  test('a dashboard shows alarms and text; what it cannot draw it says', async () => {
    const { markup, text } = await dashboard([
      { type: 'alarm', properties: { alarms: ['arn:aws:cloudwatch:us-east-1:000000000000:alarm:few'] } },
      {
        type: 'text',
        properties: { markdown: '# Shop\nSee `orders`, **now**, [here](https://example.com/?a=1&b)' },
      },
      { type: 'log', properties: {} },
    ]);
    expect(text).toContain('NO DATA too few orders');
    expect(markup).toContain('<h1>Shop</h1>');
    expect(markup).toContain(
      '<code>orders</code>, <strong>now</strong>, <a href="https://example.com/?a=1&amp;b">here</a>',
    );
    expect(text).toContain('Widgets of type log are not drawn here.');
  });

  test('a custom widget whose function cannot be invoked says so', async () => {
    const endpoint = 'arn:aws:lambda:us-east-1:000000000000:function:draw';
    const { text } = await dashboard([{ type: 'custom', properties: { endpoint, params: { widget: 'x' } } }]);
    expect(text).toContain('The function cannot be invoked: Function not found:');
  });

  test('a dashboard cannot bring in markup, styles or scripts', async () => {
    const { markup, text } = await dashboard([
      { type: 'text', properties: { markdown: `${HOSTILE} [x](javascript:alert(1))` } },
      {
        ...graph([
          [NAMESPACE, 'Orders', 'Country', 'SE', { label: HOSTILE, color: 'red;background:url(//x)' }],
        ]),
        x: '0;color:red',
      },
    ]);
    expect(markup.match(/<script>/g)).toHaveLength(1);
    expect(markup).not.toContain('url(//x)');
    expect(markup).not.toContain('href="javascript');
    expect(markup).toContain('grid-column:1 / span 12');
    expect(text).toContain(HOSTILE);
  });

  test('the page of an alarm shows its condition, its metric and what happened', async () => {
    const { status, markup, text } = await fetchPage(fixture.cloud, 'alarms/few?hours=1');
    expect(status).toBe(200);
    expect(text).toContain(`too few orders ${HOSTILE}`);
    expect(text).toContain('less than 5 in 2 of 2 periods of 5 min');
    expect(text).toContain('threshold');
    expect(text).toContain('Alarm "few" created');
    expect(markup.match(/<circle/g)).toHaveLength(3);
    expect(markup).toContain('<strong>1 h</strong>');
  });

  test.each(['dashboards/none', 'alarms/none'])('%s is not there', async (path) => {
    expect((await fetchPage(fixture.cloud, path)).status).toBe(404);
  });
});
