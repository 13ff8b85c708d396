import * as z from 'zod/mini';
import type { AlarmThatRetrains } from '../../contracts/functions/retraining';
import { checkDocument } from '../domain/records/document';
import { type RetrainingRequest, triggerSchema } from '../domain/records/retraining-queue';

/** What the function is asked to do. */
export type Call =
  /** To start a retraining. */
  | {
      readonly request: RetrainingRequest;
      /**
       * Whether a person requests it, who gets an answer at once; other requests are kept if they must wait.
       */
      readonly byPerson: boolean;
      /** Whether cool-down and budget are skipped. */
      readonly force: boolean;
      /** Overrides of single hyperparameters. */
      readonly hyperparameters?: Readonly<Record<string, string>>;
    }
  /** To check what had to wait, and the data. */
  | { readonly request?: undefined };

/** Schema of an alarm that starts retrainings. */
export const alarmThatRetrains = z.object({
  alarmName: z.string(),
  trigger: z.enum(['drift', 'quality', 'alarm']),
  reason: z.optional(z.string()),
});

/**
 * Reads an event: an alarm's change of state, a schedule, a new object, an event of another system, the
 * hourly look, or a request by a person.
 *
 * @param now time of a request that has none of its own
 * @throws Error if the event is none of these, naming what is wrong with it
 */
export function parseCall(event: unknown, alarms: readonly AlarmThatRetrains[], now: Date): Call {
  if (has(event, 'event')) {
    return automatic({ trigger: 'event', ...checkDocument(foreignEvent, event, 'event').event });
  }
  if (has(event, 'schedule')) {
    const { time } = checkDocument(regularEvent, event, 'event').schedule;
    return automatic({ trigger: 'schedule', source: 'schedule', reason: 'the regular retraining', time });
  }
  if (!has(event, 'source')) {
    const request = checkDocument(manualRequest, event, 'request for a retraining');
    const { reason, trigger, force, hyperparameters } = request;
    return {
      request: { trigger, source: 'person', reason, time: now.toISOString() },
      byPerson: true,
      force,
      ...(hyperparameters && { hyperparameters }),
    };
  }
  const parsed = checkDocument(eventBridgeEvent, event, 'event');
  const { time } = parsed;
  switch (parsed.source) {
    case 'aws.cloudwatch': {
      const { alarmName, state } = parsed.detail;
      const alarm = alarms.find((each) => each.alarmName === alarmName);
      const meaning = alarm?.reason === undefined ? '' : `${alarm.reason}: `;
      return automatic({
        trigger: alarm?.trigger ?? 'event',
        source: alarmName,
        reason: `${meaning}alarm ${alarmName}: ${state.reason}`,
        time,
      });
    }
    case 'aws.s3':
      return automatic({
        trigger: 'data',
        source: DATA_SOURCE,
        reason: `new data: ${parsed.detail.object.key}`,
        time,
      });
    // The hourly look.
    case 'aws.events':
      return {};
  }
}

/** What asks when data have come. */
export const DATA_SOURCE = 'training-data';

function automatic(request: RetrainingRequest): Call {
  return { request, byPerson: false, force: false };
}

function has(event: unknown, field: string): boolean {
  return typeof event === 'object' && event !== null && field in event;
}

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

/** As the rule of a user's own pattern writes it. */
const foreignEvent = z.object({
  event: z.object({ source: z.string(), reason: z.string(), time: z.iso.datetime() }),
});

/** As the rule of the regular retraining writes it. */
const regularEvent = z.object({ schedule: z.object({ time: z.iso.datetime() }) });

// Strict, since a misspelt hyperparameters must not train with the old ones.
const manualRequest = z.strictObject({
  reason: z.string().check(z.minLength(1)),
  trigger: z._default(triggerSchema, 'manual'),
  hyperparameters: z.optional(z.record(z.string(), z.string())),
  force: z._default(z.boolean(), false),
});
