import * as z from 'zod/mini';
import { modelVersionText, parseDocument } from '../records/document';
import { lookVerdict, releaseLook } from './release-look';
import { shadowReport } from './shadow-report';

/** How a release went: the document that its page and the CLI draw. */
export type ReleaseReport = z.infer<typeof releaseReport>;
/** What both versions did in one stretch of time. */
export type TrafficPoint = z.infer<typeof trafficPoint>;
/** What one version did in it. */
export type VersionTraffic = z.infer<typeof versionTraffic>;
/** Looks in a row that came to the same verdict in the same step. */
export type LookRun = z.infer<typeof lookRun>;
export type ReportedPredictions = NonNullable<ReleaseReport['predictions']>;

/**
 * Reads a report. Fields of later versions are ignored.
 *
 * @throws Error if the text is not JSON or does not match the schema, naming each place at fault
 */
export function parseReleaseReport(text: string): ReleaseReport {
  return parseDocument(releaseReport, text, 'report of a release');
}

const latencyMicros = z.optional(z.number());

const versionTraffic = z.object({
  requests: z.number(),
  /** Requests that failed because of the model. */
  errors: z.number(),
  /** Percentiles of `ModelLatency` in microseconds; missing without requests. */
  p50: latencyMicros,
  p95: latencyMicros,
  p99: latencyMicros,
});

const trafficPoint = z.object({
  /** When the stretch begins, ISO 8601 in UTC. */
  time: z.iso.datetime(),
  /** How long it is: `binMinutes`, or less at the ends. */
  minutes: z.int(),
  champion: versionTraffic,
  challenger: versionTraffic,
});

const lookRun = z.object({
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  looks: z.int(),
  /** The step's index, from 0. */
  step: z.int(),
  /** The challenger's share of the traffic, from 0 to 1. */
  trafficShare: z.number(),
  baking: z.boolean(),
  verdict: lookVerdict,
  /** Those of the latest evaluation. */
  reasons: releaseLook.shape.reasons,
});

const releaseReport = z.object({
  version: z.literal(1),
  releaseId: z.string(),
  endpointName: z.string(),
  outcome: z.enum(['released', 'rolled-back']),
  challenger: z.object({
    modelVersion: modelVersionText,
    variant: z.string(),
    /** Of the endpoint during the release; left out without one. */
    endpointConfigName: z.optional(z.string()),
  }),
  /** The version in production before; null for the first release. */
  champion: z.nullable(z.object({ modelVersion: modelVersionText, variant: z.string() })),
  /** Why the release was requested. */
  reason: z.string(),
  /** Why it ended as it did. */
  reasons: z.array(z.string()),
  /** Null if it is not known. */
  startedAt: z.nullable(z.iso.datetime()),
  /** When the challenger first had traffic; null if it never had. */
  trafficSince: z.nullable(z.iso.datetime()),
  endedAt: z.iso.datetime(),
  /** The challenger's shares of the traffic as they were planned, from 0 to 1. */
  trafficShares: z.array(z.number()),
  /** Minutes of each point of the traffic: 1, or more if the release was long. */
  binMinutes: z.int(),
  /** While the challenger had traffic, without gaps, oldest first. */
  traffic: z.array(trafficPoint),
  /** Oldest first. */
  looks: z.array(lookRun),
  /** Answers of both, as the latest evaluation that knew them did. */
  predictions: releaseLook.shape.predictions,
  /** What labels said, as the latest evaluation that knew any did. */
  quality: releaseLook.shape.quality,
  /** How the challenger did as a shadow, before it had traffic. */
  shadow: z.optional(shadowReport),
  /** What could not be read, in words. */
  missing: z.array(z.string()),
  /** Where the parts are, as `s3://` URIs. */
  files: z.object({ looks: z.string(), json: z.string(), html: z.string() }),
});
