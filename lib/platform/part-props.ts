import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { alertTopic } from '../monitoring/alert-topic';
import { failureAlarm } from '../monitoring/failure-alarm';
import { FailureQueue } from '../monitoring/failure-queue';
import type { PartContext } from '../runtime/part-context';
import { type PlatformProps, resolvePlatform } from './platform';

/** What parts have in common that work without a pipeline and notify people. */
export interface PartProps extends PlatformProps {
  /**
   * Topic that notifies people of alarms, and of failures of the part itself.
   * @default - a new one
   */
  readonly topic?: ITopic;
}

/**
 * What a part needs that works alone: it has a topic, and a queue of its own for its failures, with an alarm.
 *
 * @throws Error that names every prop that AWS refuses
 */
export function contextOfPart(
  scope: Construct,
  { pipelineName, bucket }: Pick<PartContext, 'pipelineName' | 'bucket'>,
  props: PartProps,
): PartContext {
  const { encryptionKey } = props;
  const platform = resolvePlatform(scope, props);
  const topic = props.topic ?? alertTopic(scope, 'Topic', `Model ${pipelineName}`, encryptionKey);
  const failures = new FailureQueue(scope, 'Failures', { encryptionKey });
  failureAlarm(scope, 'Failed', {
    queue: failures.queue,
    topic,
    description: `${pipelineName}: ${scope.node.id} could not handle an event; the queue of failures names the function, and its log says why`,
  });
  return { pipelineName, bucket, platform, topic, failures };
}
