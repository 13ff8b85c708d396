import type * as sdk from '@aws-sdk/client-lambda';
import { invalid } from '../errors';

/** A topic of brokers that are not AWS's. */
export interface KafkaTopic {
  readonly bootstrapServers: readonly string[];
  readonly topic: string;
  readonly consumerGroupId: string;
  /** Subnets and security groups, which have no effect. */
  readonly network: readonly sdk.SourceAccessConfiguration[];
}

/**
 * The topic that a request names; undefined if it names no brokers.
 *
 * @param uuid of the mapping, which is its consumer group if the request names none
 * @throws AwsError InvalidParameterValueException, of which LocalStack has one text
 */
export function kafkaTopic(input: sdk.CreateEventSourceMappingRequest, uuid: string): KafkaTopic | undefined {
  const { SelfManagedEventSource, Topics = [], SourceAccessConfigurations: network = [] } = input;
  const bootstrapServers = SelfManagedEventSource?.Endpoints?.KAFKA_BOOTSTRAP_SERVERS ?? [];
  const [topic] = Topics;
  if (!SelfManagedEventSource) {
    if (topic !== undefined || network.length > 0 || input.SelfManagedKafkaEventSourceConfig) {
      throw invalid('Topics and their settings need a SelfManagedEventSource.');
    }
    return undefined;
  }
  if (input.EventSourceArn !== undefined) {
    throw invalid('EventSourceArn and SelfManagedEventSource cannot be given together.');
  }
  if (network.length === 0) throw invalid("Required 'sourceAccessConfigurations' parameter is missing.");
  if (bootstrapServers.length === 0 || topic === undefined) {
    throw invalid('SelfManagedEventSource needs KAFKA_BOOTSTRAP_SERVERS and one of Topics.');
  }
  const consumerGroupId = input.SelfManagedKafkaEventSourceConfig?.ConsumerGroupId ?? uuid;
  return { bootstrapServers, topic, consumerGroupId, network };
}

/** What of a mapping is about its topic. */
export function describeTopic(kafka: KafkaTopic): Partial<sdk.EventSourceMappingConfiguration> {
  return {
    SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: [...kafka.bootstrapServers] } },
    SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: kafka.consumerGroupId },
    Topics: [kafka.topic],
    SourceAccessConfigurations: kafka.network.map(({ Type, URI }) => ({ Type, URI })),
  };
}
