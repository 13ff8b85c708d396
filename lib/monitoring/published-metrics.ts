import type { EndpointSettings } from '../../contracts/hosting';

/** What answers requests: the metrics that AWS publishes differ. */
export type Server = EndpointSettings['kind'] | 'function';

const REAL_TIME = 'https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html';
const OF_ALL = ['Invocation4XXErrors', 'Invocation5XXErrors', 'ModelLatency'];

/**
 * Metrics of requests with the dimension of a variant. The lists of serverless and of asynchronous endpoints
 * are exhaustive. A function publishes its own: see `InferenceMetrics`.
 */
const PUBLISHED: Readonly<Record<Server, { readonly metrics: readonly string[]; readonly source: string }>> =
  {
    realTime: {
      metrics: [
        ...OF_ALL,
        'Invocations',
        'InvocationModelErrors',
        'OverheadLatency',
        'ConcurrentRequestsPerModel',
      ],
      source: REAL_TIME,
    },
    serverless: {
      metrics: [
        ...OF_ALL,
        'Invocations',
        'OverheadLatency',
        'ModelSetupTime',
        'ServerlessConcurrentExecutionsUtilization',
      ],
      source: 'https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-monitoring.html',
    },
    asynchronous: {
      metrics: OF_ALL,
      source: 'https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-monitor.html',
    },
    function: {
      metrics: [...OF_ALL, 'Invocations', 'ColdStarts'],
      source: 'the guide "Monitoring a model"',
    },
  };

const IN_WORDS: Readonly<Record<Server, string>> = {
  realTime: 'a real-time endpoint',
  serverless: 'a serverless endpoint',
  asynchronous: 'an asynchronous endpoint',
  function: 'a function',
};

export function publishes(server: Server, metricName: string): boolean {
  return PUBLISHED[server].metrics.includes(metricName);
}

/** @throws Error that names what is published instead */
export function checkPublished(server: Server, metricName: string): void {
  if (publishes(server, metricName)) return;
  const { metrics, source } = PUBLISHED[server];
  throw new Error(
    `${IN_WORDS[server]} publishes no metric ${metricName}: use one of ${metrics.join(', ')} (${source})`,
  );
}

/** @throws Error if there are no instances whose use is measured */
export function checkInstances(server: Server): void {
  if (server === 'realTime' || server === 'asynchronous') return;
  throw new Error(
    `${IN_WORDS[server]} has no instances, so their use is not measured: look at the latency, and at the concurrency`,
  );
}
