import * as z from 'zod/mini';
import { parseDocument } from './document';

/** What has asked for retrainings and what was started: the content of `queue.json`. */
export type RetrainingQueue = z.infer<typeof queueSchema>;
/** Why a retraining is requested, and when. */
export type RetrainingRequest = z.infer<typeof requestSchema>;
/** A retraining that was started, or is about to be. */
export type RetrainingStart = z.infer<typeof startSchema>;
export type Trigger = z.infer<typeof triggerSchema>;

/** How often retrainings may start. */
export interface RetrainingLimits {
  /** Time after a start in which no other one follows. */
  readonly cooldownMinutes: number;
  /** Starts in seven days. */
  readonly maximumPerWeek?: number;
}

export const EMPTY_QUEUE: RetrainingQueue = { version: 1, starts: [], pending: [] };

const MINUTE = 60_000;
const WEEK = 7 * 24 * 60 * MINUTE;

/** One source may say the same again and again for this long after a start: it is one storm. */
const STORM = MINUTE;

/** @throws Error that names what is missing or wrong */
export function parseQueue(text: string): RetrainingQueue {
  return parseDocument(queueSchema, text, 'queue of retrainings');
}

export function latestStart({ starts }: RetrainingQueue): RetrainingStart | undefined {
  return starts.at(-1);
}

/**
 * Whether a request needs no retraining of its own: it was made before the latest one began, so that one has
 * trained on everything that the request was about; or it is more of the storm that started it.
 */
export function isAnswered(queue: RetrainingQueue, { source, time }: RetrainingRequest): boolean {
  const latest = latestStart(queue);
  if (!latest) return false;
  const later = Date.parse(time) - Date.parse(latest.time);
  return later <= 0 || (later <= STORM && latest.requests.some((request) => request.source === source));
}

/** Whether the one who was to start a retraining has not come back to say that it did. */
export function isAbandoned({ confirmed, time }: RetrainingStart, now: Date): boolean {
  return !confirmed && now.getTime() - Date.parse(time) >= MINUTE;
}

/** Why no retraining may start now, undefined if one may. */
export function limitReached(
  queue: RetrainingQueue,
  { cooldownMinutes, maximumPerWeek = Number.POSITIVE_INFINITY }: RetrainingLimits,
  now: Date,
): string | undefined {
  const latest = latestStart(queue);
  if (!latest) return undefined;
  const minutes = Math.floor((now.getTime() - Date.parse(latest.time)) / MINUTE);
  if (minutes < cooldownMinutes) {
    return `${latest.name} started ${minutes} minutes ago and the cool-down is ${cooldownMinutes} minutes`;
  }
  const thisWeek = startsOfWeek(queue, now).length;
  if (thisWeek < maximumPerWeek) return undefined;
  return `${thisWeek} retrainings have started in the last 7 days and the budget is ${maximumPerWeek}`;
}

/** When the limits let the next retraining start, undefined if they do now. */
export function nextStart(
  queue: RetrainingQueue,
  { cooldownMinutes, maximumPerWeek = Number.POSITIVE_INFINITY }: RetrainingLimits,
  now: Date,
): Date | undefined {
  const thisWeek = startsOfWeek(queue, now);
  const latest = latestStart(queue);
  const oldest = thisWeek.at(-maximumPerWeek);
  const next = Math.max(
    latest ? Date.parse(latest.time) + cooldownMinutes * MINUTE : 0,
    oldest ? Date.parse(oldest.time) + WEEK : 0,
  );
  return next > now.getTime() ? new Date(next) : undefined;
}

/**
 * Keeps a request for the next retraining; of several by one source the first. The queue itself if nothing is
 * new.
 */
export function withPending(queue: RetrainingQueue, request: RetrainingRequest): RetrainingQueue {
  if (queue.pending.some(({ source }) => source === request.source)) return queue;
  return { ...queue, pending: [...queue.pending, request] };
}

/** A start for these requests, not yet confirmed; nothing is pending any more. */
export function withStart(
  queue: RetrainingQueue,
  requests: readonly [RetrainingRequest, ...RetrainingRequest[]],
  now: Date,
  hyperparameters?: Readonly<Record<string, string>>,
): { readonly queue: RetrainingQueue; readonly start: RetrainingStart } {
  const start = {
    name: `${requests[0].trigger}-${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}`,
    time: now.toISOString(),
    requests: [...requests],
    ...(hyperparameters && { hyperparameters: { ...hyperparameters } }),
    confirmed: false,
  };
  return { start, queue: { ...queue, starts: [...startsOfWeek(queue, now), start], pending: [] } };
}

/** Notes that the workflow of a start runs. */
export function withConfirmed(queue: RetrainingQueue, name: string): RetrainingQueue {
  const starts = queue.starts.map((start) => (start.name === name ? { ...start, confirmed: true } : start));
  return { ...queue, starts };
}

/** Those of the last seven days. */
export function startsOfWeek({ starts }: RetrainingQueue, now: Date): RetrainingStart[] {
  return starts.filter(({ time }) => now.getTime() - Date.parse(time) < WEEK);
}

export const triggerSchema = z.enum(['manual', 'schedule', 'drift', 'quality', 'alarm', 'data', 'event']);

const requestSchema = z.object({
  trigger: triggerSchema,
  /** What asks: an alarm's name, a rule, the data. */
  source: z.string(),
  /** In words. */
  reason: z.string(),
  /** When it asked, ISO 8601 in UTC. */
  time: z.iso.datetime(),
});

const startSchema = z.object({
  /** Of the workflow's execution. */
  name: z.string(),
  /** ISO 8601 in UTC. */
  time: z.iso.datetime(),
  requests: z.array(requestSchema).check(z.minLength(1)),
  hyperparameters: z.optional(z.record(z.string(), z.string())),
  /** Whether the workflow is known to run. */
  confirmed: z.boolean(),
});

const queueSchema = z.object({
  version: z.literal(1),
  /** Those of the last seven days, the newest last. */
  starts: z.array(startSchema),
  /** What asked while none could start. */
  pending: z.array(requestSchema),
});
