import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { EventBus } from '../../lambda/aws/event-bus';
import type { ServiceFixture } from '../local/services/service-fixture';
import { PIPELINE } from './pipeline-fixture';

/** What other systems are told: a queue that gets every event of the pipeline. */
export class EventQueue {
  private constructor(
    readonly eventBus: EventBus,
    private readonly fixture: ServiceFixture,
    private readonly url: string,
  ) {}

  static async create(fixture: ServiceFixture): Promise<EventQueue> {
    const client = new EventBridgeClient(fixture.config());
    const { url, arn } = await fixture.queueFor('events', 'events.amazonaws.com');
    const EventPattern = JSON.stringify({ source: ['model-pipeline'], detail: { pipeline: [PIPELINE] } });
    await client.send(new PutRuleCommand({ Name: 'all', EventPattern }));
    await client.send(new PutTargetsCommand({ Rule: 'all', Targets: [{ Id: 'queue', Arn: arn }] }));
    return new EventQueue(new EventBus(client, PIPELINE), fixture, url);
  }

  /** Takes what has come. */
  async receive(): Promise<Record<string, unknown>[]> {
    await this.fixture.settle();
    return this.fixture.receiveJson(this.url);
  }
}
