import { App, Duration, Stack } from 'aws-cdk-lib';
import { GraphWidget, type MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { InstanceMetrics, ModelPipeline, type ModelPipelineProps, RequestMetrics, ServedBy } from '../../lib';
import { evaluateMath } from '../../local/services/cloudwatch/metric-math';

const MINUTE = 0;

/** The value of an expression in one minute, by the values of its metrics in that minute. */
function valueIn(expression: MathExpression, values: Readonly<Record<string, number>>): number | undefined {
  return evaluateMath(expression.expression, {
    series: (id) =>
      id in expression.usingMetrics ? new Map(id in values ? [[MINUTE, values[id]]] : []) : undefined,
    metricIds: Object.keys(expression.usingMetrics),
    timestamps: [MINUTE],
    periodSeconds: 60,
  } as Parameters<typeof evaluateMath>[1]).get(MINUTE);
}

function requestMetricsOf(servedBy?: ServedBy, props: Partial<ModelPipelineProps> = {}): RequestMetrics {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
  return ModelPipeline.fromPipelineAttributes(stack, 'Model', { pipelineName: 'flights', servedBy, ...props })
    .requestMetrics;
}

describe('the share of requests that fail', () => {
  const share = RequestMetrics.ofEndpoint('flights').errorRate(10);

  test.each([
    ['one failure of five is not judged', { requests0: 5, errors0: 1 }, 0],
    ['one failure of ten is', { requests0: 10, errors0: 1 }, 0.1],
    ['an outage counts with two requests', { requests0: 2, errors0: 2 }, 1],
    [
      'requests of both variants count together',
      { requests0: 6, errors0: 0, requests1: 6, errors1: 3 },
      0.25,
    ],
    ['a minute without requests has none', {}, undefined],
  ])('%s', (_title, values, expected) => {
    expect(valueIn(share, values)).toBe(expected);
  });
});

describe('the latency that alarms judge', () => {
  const latency = RequestMetrics.ofEndpoint('flights')._judgedLatency(10);

  test.each([
    ['is the p95 of enough requests', { requests0: 10, latency0: 900, shortest0: 100 }, 900],
    [
      'is the shortest of a few, so that all of them must be slow',
      { requests0: 3, latency0: 900, shortest0: 100 },
      100,
    ],
    ['is that of the slower variant', { requests0: 50, latency0: 300, requests1: 50, latency1: 400 }, 400],
  ])('%s', (_title, values, expected) => {
    expect(valueIn(latency, values)).toBe(expected);
  });

  test('has at most the ten metrics that an alarm takes, with an adopted variant, too', () => {
    const three = RequestMetrics.ofEndpoint('flights', ['blue', 'green', 'AllTraffic']);
    expect(Object.keys(three._judgedLatency(10).usingMetrics)).toHaveLength(9);
  });
});

describe('metrics of requests', () => {
  test('count requests a second over the period', () => {
    const rate = RequestMetrics.ofEndpoint('flights').requestsPerSecond({ period: Duration.minutes(5) });
    expect(valueIn(rate, { invocations_Sum_300_0: 400, invocations_Sum_300_1: 200 })).toBe(2);
    expect(rate.period.toSeconds()).toBe(300);
  });

  test('of several percentiles stand in one graph', () => {
    const metrics = RequestMetrics.ofEndpoint('flights');
    const [p50, p999] = ['p50', 'p99.9'].map((statistic) => metrics.latency({ statistic }));
    expect(Object.keys({ ...p50?.usingMetrics, ...p999?.usingMetrics })).toHaveLength(4);
    const graph = new GraphWidget({
      left: [p50 as MathExpression, p999 as MathExpression, metrics.errors()],
    });
    expect(JSON.stringify(graph.toJson())).toContain('p99.9');
  });

  test('count cold starts of a serverless endpoint by the times that SageMaker publishes', () => {
    const { usingMetrics } = requestMetricsOf(ServedBy.serverlessEndpoint()).coldStarts();
    expect((usingMetrics.modelSetupTime_SampleCount_0 as Metric).toMetricConfig().metricStat).toMatchObject({
      metricName: 'ModelSetupTime',
      statistic: 'SampleCount',
    });
  });

  test.each<[string, ServedBy | undefined, (metrics: RequestMetrics) => unknown, string]>([
    [
      'cold starts of instances',
      undefined,
      (metrics) => metrics.coldStarts(),
      'a real-time endpoint publishes no metric ModelSetupTime: use one of',
    ],
    [
      'overhead of a function',
      ServedBy.FUNCTION,
      (metrics) => metrics.overheadLatency(),
      'a function publishes no metric OverheadLatency',
    ],
    [
      'model errors of a queue',
      ServedBy.asynchronousEndpoint(),
      (metrics) => metrics.modelErrors(),
      'an asynchronous endpoint publishes no metric InvocationModelErrors',
    ],
    [
      'instances of a function',
      ServedBy.FUNCTION,
      (metrics) => metrics.instances(),
      'a function has no instances, so their use is not measured',
    ],
  ])('refuse what AWS does not publish: %s', (_title, servedBy, metric, problem) => {
    expect(() => metric(requestMetricsOf(servedBy))).toThrow(problem);
  });

  test('of instances are the averages of the busier variant, in the namespace of endpoints', () => {
    const cpu = InstanceMetrics.ofEndpoint('flights').cpuUtilization();
    expect(valueIn(cpu, { cPUUtilization_Average_0: 20, cPUUtilization_Average_1: 70 })).toBe(70);
    expect((cpu.usingMetrics.cPUUtilization_Average_1 as Metric).toMetricConfig().metricStat).toMatchObject({
      namespace: '/aws/sagemaker/Endpoints',
      metricName: 'CPUUtilization',
      statistic: 'Average',
      dimensions: [
        { name: 'EndpointName', value: 'flights' },
        { name: 'VariantName', value: 'green' },
      ],
    });
  });
});
