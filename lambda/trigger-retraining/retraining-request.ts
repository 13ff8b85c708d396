import * as z from 'zod/mini';
import { checkDocument } from '../domain/document';

export type Trigger = z.infer<typeof trigger>;

/** Why a retraining is asked for, and how. */
export interface RetrainingRequest {
  readonly trigger: Trigger;
  readonly reason: string;
  /** When it was asked for: an event that is delivered twice has the same time. */
  readonly time: Date;
  /** Overrides of single hyperparameters. */
  readonly hyperparameters?: Readonly<Record<string, string>>;
  /** Whether the cool-down is skipped. */
  readonly force: boolean;
}

/**
 * Reads an event: an alarm's change of state, a schedule, a new object, or a request by a person.
 *
 * @param now time of a request that has none of its own
 * @throws Error if the event is none of these, naming what is wrong with it
 */
export function parseRequest(event: unknown, now: Date): RetrainingRequest {
  if (!isEventBridgeEvent(event)) {
    const request = checkDocument(manualRequest, event, 'request for a retraining');
    return { trigger: 'manual', force: false, ...request, time: now };
  }
  const parsed = checkDocument(eventBridgeEvent, event, 'event');
  const time = new Date(parsed.time);
  switch (parsed.source) {
    case 'aws.cloudwatch': {
      const { alarmName, state } = parsed.detail;
      return { trigger: 'drift', reason: `alarm ${alarmName}: ${state.reason}`, time, force: false };
    }
    case 'aws.s3':
      return { trigger: 'data', reason: `new data: ${parsed.detail.object.key}`, time, force: false };
    case 'aws.events':
      return { trigger: 'schedule', reason: 'the regular retraining', time, force: false };
  }
}

function isEventBridgeEvent(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'source' in event;
}

const trigger = z.enum(['manual', 'schedule', 'drift', 'quality', 'data']);

const eventBridgeEvent = z.discriminatedUnion('source', [
  z.object({
    source: z.literal('aws.cloudwatch'),
    time: z.iso.datetime(),
    detail: z.object({ alarmName: z.string(), state: z.object({ reason: z.string() }) }),
  }),
  z.object({
    source: z.literal('aws.s3'),
    time: z.iso.datetime(),
    detail: z.object({ object: z.object({ key: z.string() }) }),
  }),
  z.object({ source: z.literal('aws.events'), time: z.iso.datetime() }),
]);

// Strict, since a misspelt hyperparameters must not train with the old ones.
const manualRequest = z.strictObject({
  reason: z.string().check(z.minLength(1)),
  trigger: z.optional(trigger),
  hyperparameters: z.optional(z.record(z.string(), z.string())),
  force: z.optional(z.boolean()),
});
