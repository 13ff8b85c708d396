import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { PartFunction } from '../../runtime/part-function';
import type { StreamWriter } from '../stream-writer';

/** Puts an event for each record. */
export class EventBusWriter implements StreamWriter {
  readonly name: string;
  readonly settings: StreamWriter['settings'];

  constructor(private readonly bus: IEventBus) {
    this.name = bus.eventBusArn;
    this.settings = { kind: 'eventBridge', busName: bus.eventBusName };
  }

  check(): void {}

  allow(handler: PartFunction<'score-stream'>): void {
    handler.allow(['events:PutEvents'], [this.bus.eventBusArn]);
  }
}
