import * as z from 'zod/mini';
import { checkDocument, modelVersionText } from './document';

/** Source of the pipeline's events on EventBridge. */
export const EVENT_SOURCE = 'model-pipeline';

/** Version of the details. Fields may be added to it; those that are here stay. */
const VERSION = 1;

const text = z.string();
const version = z.nullable(modelVersionText);
/** Why, in words; the first reason decided. */
const reasons = z.array(text);
/** ARN of the workflow's execution. */
const execution = z.string().check(z.minLength(1));
const ledgerSequence = z.int();

/** Of an analysis that does not go on looking. */
const analysisVerdict = z.enum(['promote', 'rollback', 'inconclusive']);

const release = { releaseId: text, modelVersion: modelVersionText, champion: version };

const endOfRelease = {
  ...release,
  modelPackageArn: text,
  /** Why the release was requested. */
  reason: text,
  reasons,
  execution,
  ledgerSequence,
  /** `s3://` URI of the page that tells how it went. */
  report: z.nullable(text),
};

const endOfRetraining = z.object({
  modelVersion: version,
  champion: version,
  dataVersion: z.nullable(text),
  modelPackageArn: z.nullable(text),
  reasons,
  execution,
  ledgerSequence,
  /** `s3://` URI of the page with the evaluation. */
  report: z.nullable(text),
});

/** What the pipeline tells other systems: by the event's detail type, what its detail holds. */
export const EVENT_DETAILS = {
  /** A version has been accepted for a release. */
  ReleaseStarted: z.object({
    ...release,
    modelPackageArn: text,
    reason: text,
    /** The challenger's shares of the traffic, step by step. */
    trafficShares: z.array(z.number()),
    execution,
  }),
  /** A release waits for a person. */
  WaitingForApproval: z.object({ ...release, reason: text, execution }),
  /** A challenger that got copies of requests is judged, and no shadow any more. */
  ShadowAnalysed: z.object({
    ...release,
    /** When copies of requests began. */
    since: z.iso.datetime(),
    verdict: analysisVerdict,
    reasons,
  }),
  /** A step of a release has ended with a verdict; looks that only go on looking are not told. */
  StepAnalysed: z.object({
    ...release,
    /** The step's index, from 0. */
    step: z.int(),
    /** The challenger's share of the traffic in it. */
    trafficShare: z.number(),
    /** Whether the challenger had all traffic. */
    baking: z.boolean(),
    verdict: analysisVerdict,
    reasons,
  }),
  /** A version is in production. */
  Promoted: z.object(endOfRelease),
  /** A release was rolled back. */
  RolledBack: z.object({
    ...endOfRelease,
    /** Null if the registry does not tell. */
    modelPackageArn: z.nullable(text),
    /** Null if the ledger could not be written. */
    ledgerSequence: z.nullable(ledgerSequence),
  }),
  /** A release was refused before anything was changed. */
  Refused: z.object({
    releaseId: text,
    /** As it was requested: it may be none. */
    modelVersion: text,
    /** Such as `VersionNotApproved`. */
    error: text,
    reasons,
    execution,
    ledgerSequence,
  }),
  /** A retraining has begun. */
  RetrainingStarted: z.object({ trigger: text, reasons, execution }),
  /** The data are too few to judge a challenger, and a person must decide. */
  ChallengerWaiting: z.object({
    modelVersion: modelVersionText,
    champion: version,
    dataVersion: text,
    modelPackageArn: text,
    reasons,
    execution,
    report: text,
  }),
  /** A challenger does not beat production. */
  ChallengerRefused: endOfRetraining,
  /** A person has rejected a challenger that waited. */
  ChallengerRejected: endOfRetraining,
  /** Nobody has decided on a challenger that waited. */
  ApprovalExpired: endOfRetraining,
  /** The data are not fit for training. */
  DataRefused: endOfRetraining,
  /** A retraining broke. */
  RetrainingFailed: endOfRetraining,
  /** A registration broke. */
  RegistrationFailed: endOfRetraining,
  /** All rows of a batch's run have come out, and its manifest is written. */
  BatchScored: z.object({
    batch: text,
    run: text,
    modelVersion: modelVersionText,
    /** Rows with a prediction. */
    rows: z.int(),
    failedRows: z.int(),
    /** Features of the input that drifted; null if the version has no baseline. */
    driftedFeatures: z.nullable(z.array(text)),
    /** `s3://` URI of the manifest. */
    manifest: text,
  }),
  /** Something failed that did not, or could not, record its end itself. */
  Failed: z.object({
    what: z.enum(['release', 'restore', 'function', 'event', 'unknown']),
    reasons,
    /** ARN of the workflow's execution, or what else failed. */
    execution,
    ledgerSequence,
  }),
} as const;

export type EventType = keyof typeof EVENT_DETAILS;

/** Those that tell how something ended: each has an entry in the ledger. */
export const END_EVENTS = (Object.keys(EVENT_DETAILS) as EventType[]).filter(
  (type) => 'ledgerSequence' in EVENT_DETAILS[type].shape,
);

/** What has happened. */
export type PipelineEvent = {
  [Type in EventType]: {
    readonly type: Type;
    readonly detail: Readonly<z.infer<(typeof EVENT_DETAILS)[Type]>>;
  };
}[EventType];

/**
 * The detail of an event as it is published: with its version, its pipeline, and an `id` that is the same
 * each time that the same event is published.
 *
 * @throws Error that names what does not match the schema of its type
 */
export function publishedDetail({ type, detail }: PipelineEvent, pipeline: string): object {
  const id = [pipeline, ...subjectOf(detail), type].join('/');
  return {
    version: VERSION,
    id,
    pipeline,
    ...checkDocument(EVENT_DETAILS[type] as z.ZodMiniType<object>, detail, `detail of the event ${type}`),
  };
}

/** What an event is about, among all events of its type. */
function subjectOf(detail: PipelineEvent['detail']): (string | number)[] {
  if ('batch' in detail) return [detail.batch, detail.run];
  if (!('releaseId' in detail)) return [detail.execution.split(':').at(-1) as string];
  return 'step' in detail ? [detail.releaseId, detail.step] : [detail.releaseId];
}
