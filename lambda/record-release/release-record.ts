import * as z from 'zod/mini';
import type { ProductionRoute } from '../../contracts/routing';
import type { NewLedgerEntry } from '../aws/ledger-store';
import { requestSchema } from '../aws/request-schema';
import { checkDocument, listOf, modelVersionText, reasonList } from '../domain/records/document';
import { errorReason } from '../domain/records/error-reason';
import { variantName } from '../domain/records/variant-name';
import type { RoutingDocument } from '../domain/release/routing';

/** How a release ended, as the workflow tells it. */
export type ReleaseRecord = PromotionRecord | RollbackRecord;
/** How a release ended that was promoted. */
export type PromotionRecord = Recorded & { readonly kind: 'release' };
/** How a rolled-back release ended. */
export type RollbackRecord = Recorded & { readonly kind: 'rollback' };
type Recorded = z.infer<typeof releaseRecord> & { readonly releaseExecution: string };

/**
 * Reads the end of a release.
 *
 * @throws Error that names what is missing or wrong
 */
export function parseReleaseRecord(event: unknown): ReleaseRecord {
  checkDocument(endOfRelease, event, 'record of a release');
  const record = checkDocument(releaseRecord, event, 'record of a release');
  const releaseExecution = record.releaseExecution ?? record.execution;
  if (record.kind === 'release') return { ...record, releaseExecution };
  const problems = record.problems.map(({ what, ...error }) => `${what}: ${errorReason(error)}`);
  return { ...record, releaseExecution, reasons: [...record.reasons, ...problems] };
}

/** The ledger's entry, without its number. */
export function ledgerEntryOf(record: ReleaseRecord, pipeline: string): NewLedgerEntry {
  const { kind, plan, reason, reasons, execution, releaseExecution, report, time } = record;
  return {
    time,
    kind,
    pipeline,
    modelVersion: plan.modelVersion,
    ...(plan.champion && { champion: plan.champion.modelVersion }),
    verdict: kind === 'release' ? 'promote' : 'rollback',
    reasons: kind === 'release' ? [reason, ...reasons] : reasons,
    ...(kind === 'release' && { route: routeOf(plan) }),
    ...(plan.modelPackageArn !== null && { modelPackageArn: plan.modelPackageArn }),
    ...(record.kind === 'release' && record.plan.signed && { signed: true }),
    ...(plan.dataVersion && { dataVersion: plan.dataVersion }),
    execution,
    ...(releaseExecution !== execution && { release: releaseExecution }),
    ...(report && { report }),
  };
}

/**
 * The routing document after the release: the released version in production, or the champion still; the
 * candidate has come or gone. Another release's candidate stays.
 *
 * @param ledgerSequence number of the entry that tells why
 */
export function routingAfter(
  { candidate, shadow, production, ...routing }: RoutingDocument,
  record: ReleaseRecord,
  ledgerSequence: number,
): RoutingDocument {
  const serving = record.kind === 'release' ? released(record, production, ledgerSequence) : production;
  const others = candidate && candidate.modelName !== record.plan.modelName ? candidate : undefined;
  return {
    ...routing,
    ...(serving && { production: serving }),
    ...(others && { candidate: others }),
    ...(others && shadow && { shadow }),
  };
}

function released(
  { plan, time }: PromotionRecord,
  former: ProductionRoute | undefined,
  ledgerSequence: number,
): ProductionRoute {
  return {
    modelVersion: plan.modelVersion,
    ...(former?.functionVersion !== undefined && { functionVersion: former.functionVersion }),
    ...routeOf(plan),
    modelPackageArn: plan.modelPackageArn,
    since: time,
    ledgerSequence,
  };
}

/** What a release puts into production. */
function routeOf({ variant, modelName, finalConfigName, functionVersion }: ReleaseRecord['plan']) {
  return {
    variant,
    modelName,
    ...(finalConfigName !== null && { endpointConfigName: finalConfigName }),
    ...(functionVersion !== null && { functionVersion }),
  };
}

const end = {
  reasons: z._default(reasonList, []),
  /** Why the release was requested. */
  reason: z.string(),
  /** The workflow's that records it. */
  execution: z.string(),
  /** The release's own; left out by that itself if it began before another deploy. */
  releaseExecution: z.optional(z.string()),
  /** `s3://` URI of the page that tells how it went; empty if there is none. */
  report: z._default(z.string(), ''),
  /** ISO 8601 in UTC. */
  time: z.iso.datetime(),
};

const plan = {
  releaseId: z.string(),
  modelVersion: modelVersionText,
  variant: variantName,
  modelName: z.string(),
  modelPackageArn: z.string(),
  dataVersion: z.nullable(z.string()),
  finalConfigName: z.nullable(z.string()),
  /** Releases that were planned while no function served leave it as it is. */
  functionVersion: z._default(z.nullable(z.string()), null),
  champion: z.nullable(z.object({ modelVersion: modelVersionText, modelPackageArn: z.optional(z.string()) })),
};

/** Something that could not be done on the way back, which went on without it. */
const rollbackProblem = z.object({
  what: z.string(),
  Error: z.nullish(z.string()),
  Cause: z.nullish(z.string()),
});

const endOfRelease = z.object({ kind: z.enum(['release', 'rollback']) });

const releaseRecord = requestSchema(
  'record-release',
  z.discriminatedUnion('kind', [
    z.object({
      ...end,
      kind: z.literal('release'),
      // Releases that were planned before signatures were verified do not tell.
      plan: z.object({ ...plan, signed: z._default(z.boolean(), false) }),
    }),
    z.object({
      ...end,
      kind: z.literal('rollback'),
      // Null if the registry does not tell.
      plan: z.object({ ...plan, modelPackageArn: z.nullable(z.string()) }),
      problems: z._default(listOf(rollbackProblem), []),
      isLastAttempt: z._default(z.boolean(), false),
    }),
  ]),
);
