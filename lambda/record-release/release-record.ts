import * as z from 'zod/mini';
import type { NewLedgerEntry } from '../aws/ledger-store';
import { checkDocument, modelVersionText, reasonList } from '../domain/document';
import type { RoutingDocument } from '../domain/routing';

/** How a release ended, as the workflow tells it. */
export type ReleaseRecord = z.infer<typeof releaseRecord> & { readonly releaseExecution: string };

/**
 * Reads the end of a release.
 *
 * @throws Error that names what is missing or wrong
 */
export function parseReleaseRecord(event: unknown): ReleaseRecord {
  const record = checkDocument(releaseRecord, event, 'record of a release');
  return { ...record, releaseExecution: record.releaseExecution ?? record.execution };
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
    modelPackageArn: plan.modelPackageArn,
    ...(plan.dataVersion && { dataVersion: plan.dataVersion }),
    execution,
    ...(releaseExecution !== execution && { release: releaseExecution }),
    ...(report && { report }),
  };
}

/**
 * The routing document after the release: the released version in production, or the champion still; the candidate has
 * come or gone. Another release's candidate stays.
 *
 * @param ledgerSequence number of the entry that tells why
 */
export function routingAfter(
  { candidate, shadow, production, ...routing }: RoutingDocument,
  { kind, plan, time }: ReleaseRecord,
  ledgerSequence: number,
): RoutingDocument {
  const released = {
    modelVersion: plan.modelVersion,
    ...(production?.functionVersion !== undefined && { functionVersion: production.functionVersion }),
    ...routeOf(plan),
    modelPackageArn: plan.modelPackageArn,
    since: time,
    ledgerSequence,
  };
  const serving = kind === 'release' ? released : production;
  const others = candidate && candidate.modelName !== plan.modelName ? candidate : undefined;
  return {
    ...routing,
    ...(serving && { production: serving }),
    ...(others && { candidate: others }),
    ...(others && shadow && { shadow }),
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

const releaseRecord = z.object({
  kind: z.enum(['release', 'rollback']),
  plan: z.object({
    releaseId: z.string(),
    modelVersion: modelVersionText,
    variant: z.enum(['blue', 'green']),
    modelName: z.string(),
    modelPackageArn: z.string(),
    dataVersion: z.nullable(z.string()),
    finalConfigName: z.nullable(z.string()),
    /** Releases that were planned while no function served leave it as it is. */
    functionVersion: z._default(z.nullable(z.string()), null),
    champion: z.nullable(
      z.object({ modelVersion: modelVersionText, modelPackageArn: z.optional(z.string()) }),
    ),
  }),
  reasons: z._default(reasonList, []),
  /** Why the release was asked for. */
  reason: z.string(),
  /** The workflow's that records it. */
  execution: z.string(),
  /** The release's own; left out by that itself if it began before another deploy. */
  releaseExecution: z.optional(z.string()),
  /** `s3://` URI of the page that tells how it went; empty if there is none. */
  report: z._default(z.string(), ''),
  /** ISO 8601 in UTC. */
  time: z.iso.datetime(),
});
