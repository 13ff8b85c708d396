import { AwsError } from '../gateway/aws-error';
import type { Principal } from '../gateway/principal';
import type { Cloud } from '../gateway/service';
import type { SnsService } from '../services/sns/sns-service';
import type { PublishedMessage } from '../services/sns/topic';

/** What the page needs of a cloud. */
export interface ReadableCloud extends Pick<Cloud, 'account' | 'region' | 'call' | 'service'> {
  readonly clock: { date(): Date; readonly rate: number };
  readonly services: { has(name: string): boolean };
  readonly administrator: Principal;
}

/** Reads a cloud by the operations that every client has, so that the page shows what a client would see. */
export class CloudReader {
  constructor(private readonly cloud: ReadableCloud) {}

  get now(): Date {
    return this.cloud.clock.date();
  }

  has(service: string): boolean {
    return this.cloud.services.has(service);
  }

  /** What was published to a topic, the newest first: the one thing that AWS tells to subscribers only. */
  published(topicArn: string): readonly PublishedMessage[] {
    return this.cloud.service<SnsService>('sns').messages(topicArn);
  }

  /** @throws AwsError as a client would get it */
  call<Output>(service: string, operation: string, input: object = {}): Promise<Output> {
    return this.cloud.call<Output>(service, operation, input, this.cloud.administrator);
  }

  /** Undefined if there is no such thing. */
  async find<Output>(service: string, operation: string, input: object = {}): Promise<Output | undefined> {
    try {
      return await this.call<Output>(service, operation, input);
    } catch (error) {
      if (error instanceof AwsError) return undefined;
      throw error;
    }
  }

  /** The items of all pages of an operation, `limit` at most. */
  async list<Output, Item>(
    service: string,
    operation: string,
    input: object,
    itemsOf: (output: Output) => readonly Item[] | undefined,
    limit = 1000,
  ): Promise<Item[]> {
    const items: Item[] = [];
    let token: object = {};
    do {
      const output = await this.call<Output>(service, operation, { ...input, ...token });
      items.push(...(itemsOf(output) ?? []));
      token = nextPage(output as PagedOutput) ?? {};
    } while (Object.keys(token).length > 0 && items.length < limit);
    return items.slice(0, limit);
  }
}

/** Services differ in what they call the rest of a list. */
interface PagedOutput {
  readonly NextToken?: string;
  readonly nextToken?: string;
  readonly NextContinuationToken?: string;
}

function nextPage({ NextToken, nextToken, NextContinuationToken }: PagedOutput): object | undefined {
  if (NextToken) return { NextToken };
  if (nextToken) return { nextToken };
  if (NextContinuationToken) return { ContinuationToken: NextContinuationToken };
  return undefined;
}
