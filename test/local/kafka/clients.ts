/** What is used of `@platformatic/kafka`. */
interface KafkaPackage {
  readonly stringSerializers: object;
  readonly Admin: new (
    options: object,
  ) => {
    createTopics(options: object): Promise<unknown>;
    close(): Promise<void>;
  };
  readonly Producer: new (
    options: object,
  ) => {
    send(options: { readonly messages: readonly Message[] }): Promise<unknown>;
    close(): Promise<void>;
  };
}

export interface Message {
  readonly topic: string;
  readonly key?: string;
  readonly value: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface KafkaClients {
  createTopic(topic: string, partitions: number): Promise<void>;
  send(messages: readonly Message[]): Promise<void>;
  close(): Promise<void>;
}

const PACKAGE = '@platformatic/kafka';

/** Clients of a broker that may still be starting. */
export async function kafkaClients(address: string): Promise<KafkaClients> {
  const { Admin, Producer, stringSerializers } = (await import(PACKAGE)) as KafkaPackage;
  const options = { clientId: 'test', bootstrapBrokers: [address], retries: 200, retryDelay: 500 };
  const admin = new Admin(options);
  const producer = new Producer({ ...options, serializers: stringSerializers });
  return {
    createTopic: async (topic, partitions) => {
      await admin.createTopics({ topics: [topic], partitions, replicas: 1 });
    },
    send: async (messages) => {
      await producer.send({ messages });
    },
    close: async () => {
      await admin.close();
      await producer.close();
    },
  };
}
