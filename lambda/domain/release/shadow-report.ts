import * as z from 'zod/mini';
import { lookVerdict } from './release-look';

/** How a challenger did as the champion's shadow, as the latest evaluation saw it. */
export type ShadowReport = z.infer<typeof shadowReport>;

const interval = z.tuple([z.number(), z.number()]);

const counted = z.object({ events: z.number(), requests: z.number() });

export const shadowReport = z.object({
  /** When copies of requests began, ISO 8601 in UTC. */
  since: z.iso.datetime(),
  /** Time of the latest evaluation. */
  until: z.iso.datetime(),
  /** Whether the release went on to weight steps, held, or was rolled back. */
  verdict: lookVerdict,
  /** One for each rule. */
  reasons: z.array(z.object({ rule: z.string(), verdict: lookVerdict, message: z.string() })),
  /** Requests, and those that failed because of the model. */
  errors: z.object({ champion: counted, challenger: counted }),
  /**
   * Requests that took longer than the champion's percentile of the hours before, and what that allows the
   * challenger.
   */
  latency: z.array(
    z.object({
      percentile: z.number(),
      limitMicros: z.object({ champion: z.number(), challenger: z.number() }),
      champion: counted,
      challenger: counted,
    }),
  ),
  /** How alike the answers were; undefined if none could be compared. */
  answers: z.optional(
    z.object({
      /** Requests that both answered, and their rows. */
      requests: z.int(),
      rows: z.int(),
      /** How far apart answers that agree may be. */
      tolerance: z.number(),
      agreement: z.number(),
      agreementInterval: interval,
      /** Challenger less champion. */
      meanDifference: z.number(),
      meanDifferenceInterval: interval,
      /** Parts of the rows, the most significant differences first. */
      slices: z.array(
        z.object({
          feature: z.string(),
          values: z.string(),
          rows: z.int(),
          agreement: z.number(),
          meanDifference: z.number(),
          interval,
        }),
      ),
    }),
  ),
  /** Rows that both answered and whose label has come, by who was wrong; undefined if there are none. */
  quality: z.optional(
    z.object({
      /** Of numbers, wrong is farther off. */
      limit: z.optional(z.number()),
      rows: z.int(),
      challengerOnly: z.int(),
      championOnly: z.int(),
      both: z.int(),
    }),
  ),
});
