import type { KafkaTopic } from './kafka-topic';

export interface KafkaMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Milliseconds since the epoch. */
  readonly timestamp: bigint;
  readonly key?: Uint8Array | null | undefined;
  readonly value?: Uint8Array | null | undefined;
  readonly headers: ReadonlyMap<Uint8Array, Uint8Array>;
  /** Lets the group go on after it. */
  commit(): Promise<void>;
}

/** A member of a consumer group. */
export interface KafkaConsumer {
  /** The next message; undefined once it is closed. */
  next(): Promise<KafkaMessage | undefined>;
  close(): Promise<void>;
}

/** What is used of `@platformatic/kafka`, which stacks without such topics need not have. */
interface KafkaPackage {
  readonly Consumer: new (options: {
    readonly clientId: string;
    readonly groupId: string;
    readonly bootstrapBrokers: readonly string[];
    readonly autocommit: boolean;
  }) => {
    consume(options: {
      readonly topics: readonly string[];
      readonly mode: 'committed';
      readonly fallbackMode: 'earliest' | 'latest';
    }): Promise<AsyncIterable<KafkaMessage> & { close(): Promise<void> }>;
    close(force: boolean): Promise<void>;
  };
}

const PACKAGE = '@platformatic/kafka';

/** @throws Error if the package that reads topics is not installed */
export async function checkPackage(): Promise<void> {
  await load();
}

/**
 * Joins the consumer group of a topic, without TLS.
 *
 * @param from where the group begins if it has committed nothing
 * @throws Error if the brokers cannot be reached, or do not have the topic
 */
export async function joinGroup(kafka: KafkaTopic, from: 'earliest' | 'latest'): Promise<KafkaConsumer> {
  const { Consumer } = await load();
  const consumer = new Consumer({
    clientId: 'lambda',
    groupId: kafka.consumerGroupId,
    bootstrapBrokers: kafka.bootstrapServers,
    autocommit: false,
  });
  try {
    const stream = await consumer.consume({ topics: [kafka.topic], mode: 'committed', fallbackMode: from });
    const messages = stream[Symbol.asyncIterator]();
    return {
      next: async () => {
        const { done, value } = await messages.next();
        return done ? undefined : value;
      },
      close: async () => {
        await stream.close();
        await consumer.close(true);
      },
    };
  } catch (error) {
    await consumer.close(true);
    throw error;
  }
}

async function load(): Promise<KafkaPackage> {
  try {
    return (await import(PACKAGE)) as KafkaPackage;
  } catch (error) {
    throw new Error(
      `the package ${PACKAGE} reads Apache Kafka topics: install it beside cdk-local-cloud (${(error as Error).message})`,
    );
  }
}
