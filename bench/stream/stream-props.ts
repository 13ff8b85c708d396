import { DeadLetters } from '../../lambda/score-stream/dead-letters';
import type { QueueMessage } from '../../lambda/score-stream/outputs/queue-sender';
import type { ScoreRecordsProps } from '../../lambda/score-stream/score-records';
import { StreamMetrics } from '../../lambda/score-stream/stream-metrics';

export const PIPELINE = { pipelineName: 'bench', streamName: 'Bench', namespace: 'ModelPipeline' };
export const now = () => new Date();
/** Lines of metrics are made, and go nowhere. */
export const write = () => {};

/** What scores records has around it, but for what scores and where scores go. */
export function streamProps(
  { scorer, output }: Pick<ScoreRecordsProps, 'scorer' | 'output'>,
  bury: (messages: readonly QueueMessage[]) => void = () => {},
): ScoreRecordsProps {
  const routes = { production: { modelVersion: '1.0.0', variant: 'blue' } };
  const send = async (messages: readonly QueueMessage[]) => {
    bury(messages);
    return { refused: new Set<string>(), unfit: new Map<string, string>() };
  };
  return {
    ...PIPELINE,
    carriedFields: [],
    routing: { current: async () => routes, readAgain: async () => routes },
    scorer,
    output,
    deadLetters: new DeadLetters({ send }, { pipeline: 'bench', stream: 'Bench' }),
    metrics: new StreamMetrics({ ...PIPELINE, write, now }),
    reportsItemFailures: true,
  };
}

/** An event with records of a shard, as Lambda hands it over. */
export function shardEvent(data: readonly string[], first = 1): object {
  return {
    Records: data.map((text, index) => ({
      eventSource: 'aws:kinesis',
      eventSourceARN: 'arn:aws:kinesis:eu-central-1:111111111111:stream/bench',
      eventID: `shardId-000000000000:${first + index}`,
      kinesis: {
        partitionKey: `k${index % 7}`,
        sequenceNumber: String(first + index),
        data: Buffer.from(text).toString('base64'),
        approximateArrivalTimestamp: 1_764_500_000,
      },
    })),
  };
}
