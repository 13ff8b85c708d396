import { InferenceMetrics } from '../../../lambda/inference/inference-metrics';

const TIME = new Date('2026-11-24T10:00:00Z');

/** Lines that are logged for requests, one after the other. */
function linesOf(count: number, isCold?: boolean): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const metrics = new InferenceMetrics({
    pipelineName: 'churn',
    namespace: 'ModelPipeline',
    write: (line) => lines.push(JSON.parse(line())),
    now: () => TIME,
    isCold,
  });
  for (let request = 0; request < count; request++)
    metrics.count({ variant: 'blue', modelVersion: '1.0.0' }, undefined, { latencyMicros: 900 }, TIME);
  return lines;
}

describe('metrics of requests to the function', () => {
  test('count the first request of a new instance as a cold start', () => {
    const [first, second] = linesOf(2, true);
    expect(first).toMatchObject({ Pipeline: 'churn', VariantName: 'blue', Invocations: 1, ColdStarts: 1 });
    expect(JSON.stringify(first?._aws)).toContain('{"Name":"ColdStarts","Unit":"Count"}');
    expect(second).not.toHaveProperty('ColdStarts');
    expect(JSON.stringify(second?._aws)).not.toContain('ColdStarts');
  });

  test('count none where instances start before requests come', () => {
    expect(linesOf(1)[0]).not.toHaveProperty('ColdStarts');
  });
});
