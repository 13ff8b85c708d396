import * as z from 'zod/mini';
import { checkDocument, modelVersionText, parseDocument } from './document';
import { variantName } from './variant-name';

/**
 * One entry of the append-only record of releases, refusals of releases and of model packages, rejections,
 * expired questions, rollbacks, failures, registrations and adoptions.
 */
export type LedgerEntry = z.infer<typeof ledgerEntry>;
export type LedgerEntryKind = LedgerEntry['kind'];

/** What was in production at a time. */
export interface ProductionRecord {
  readonly modelVersion: string;
  /** Time it got the production traffic, ISO 8601 in UTC. */
  readonly since: string;
  /** Version it took the traffic from, undefined for the first. */
  readonly beat?: string;
  /** The release or rollback that put it there; `entry.reasons` says why. */
  readonly entry: LedgerEntry;
}

/**
 * Reads a ledger entry. Fields of later versions are ignored.
 *
 * @throws Error if the text is not JSON or a field is missing or wrong
 */
export function parseLedgerEntry(text: string): LedgerEntry {
  return checkVersions(parseDocument(ledgerEntry, text, 'ledger entry'));
}

/**
 * Writes a ledger entry as JSON.
 *
 * @throws Error if the entry is not valid
 */
export function formatLedgerEntry(entry: LedgerEntry): string {
  return JSON.stringify(checkVersions(checkDocument(ledgerEntry, entry, 'ledger entry')));
}

/**
 * Key of the entry with a sequence number, counted from 1: `ledger/00000042.json`. Keys sort like numbers.
 *
 * @throws Error if the number is not whole or does not fit in 8 digits
 */
export function ledgerKey(sequence: number): string {
  if (!Number.isInteger(sequence) || sequence < 1 || sequence > 99_999_999) {
    throw new Error(`ledger sequence ${sequence} is not a whole number from 1 to 99999999`);
  }
  return `ledger/${String(sequence).padStart(8, '0')}.json`;
}

/** Sequence number in a ledger key, undefined if the key is not one of the ledger's. */
export function sequenceOfLedgerKey(key: string): number | undefined {
  const digits = /^ledger\/(\d{8})\.json$/.exec(key)?.[1];
  return digits === undefined || Number(digits) === 0 ? undefined : Number(digits);
}

/**
 * What was in production at a time, why, and what it beat; undefined if nothing was.
 * The sequence orders the entries, so clocks that disagree by a little do not reorder history.
 *
 * @param entries all entries, in any order
 * @param time ISO 8601
 * @throws Error if the time cannot be read
 */
export function productionAt(entries: readonly LedgerEntry[], time: string): ProductionRecord | undefined {
  const until = Date.parse(time);
  if (Number.isNaN(until)) throw new Error(`time '${time}' is not ISO 8601, as in '2026-11-24T05:00:00Z'`);
  return entries
    .filter((entry) => Date.parse(entry.time) <= until)
    .sort((a, b) => a.sequence - b.sequence)
    .reduce<ProductionRecord | undefined>(productionAfter, undefined);
}

const ledgerEntry = z.object({
  sequence: z.int().check(z.gte(1), z.lte(99_999_999)),
  /**
   * The entry before it, by which changes are noticed; entries of earlier versions of the package have none.
   */
  previous: z.optional(z.object({ sequence: z.int(), sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)) })),
  /** ISO 8601 in UTC. */
  time: z.iso.datetime(),
  /**
   * `expiry`: nobody has answered whether a challenger is to be released; `registration`: a version was
   * registered that was trained elsewhere; `adoption`: an endpoint was taken over with the version that it
   * serves.
   */
  kind: z.enum([
    'release',
    'refusal',
    'rejection',
    'expiry',
    'rollback',
    'failure',
    'registration',
    'adoption',
  ]),
  pipeline: z.string().check(z.minLength(1)),
  /** Version that the entry is about: released, refused, rejected, rolled back, failed or registered. */
  modelVersion: z.optional(modelVersionText),
  /** Version in production before a release, and after anything else. */
  champion: z.optional(modelVersionText),
  /** Verdict of the gate or of the analysis, such as `promote`, `keep` or `rollback`. */
  verdict: z.optional(z.string()),
  reasons: z.array(z.string()),
  /**
   * What a release put into production, or an adoption found there, from which a lost routing document is
   * rebuilt.
   */
  route: z.optional(
    z.object({
      variant: variantName,
      modelName: z.string(),
      endpointConfigName: z.optional(z.string()),
      functionVersion: z.optional(z.string()),
    }),
  ),
  modelPackageArn: z.optional(z.string()),
  /** Whether a release has verified the version's signature; left out if there was none. */
  signed: z.optional(z.boolean()),
  dataVersion: z.optional(z.string()),
  /** ARN of the workflow execution, or what else asked. */
  execution: z.optional(z.string()),
  /** ARN of the release's execution, if another one undid and recorded it. */
  release: z.optional(z.string()),
  /** `s3://` URI of the page that tells more: how the release went, or how the version was judged. */
  report: z.optional(z.string()),
});

/** Whether an entry records that its version has come into production other than by a rollback. */
export function putsIntoProduction({ kind }: Pick<LedgerEntry, 'kind'>): boolean {
  return kind === 'release' || kind === 'adoption';
}

/** Kinds of entries that are about a version. */
const NAMING_VERSION: readonly LedgerEntry['kind'][] = ['release', 'rollback', 'registration', 'adoption'];

function checkVersions(entry: LedgerEntry): LedgerEntry {
  if (NAMING_VERSION.includes(entry.kind) && entry.modelVersion === undefined) {
    throw new Error(
      `ledger entry is not valid: modelVersion: a ${entry.kind} must name the version that it is about`,
    );
  }
  return entry;
}

function productionAfter(
  before: ProductionRecord | undefined,
  entry: LedgerEntry,
): ProductionRecord | undefined {
  if (putsIntoProduction(entry) && entry.modelVersion !== undefined) {
    return {
      modelVersion: entry.modelVersion,
      since: entry.time,
      ...(entry.champion === undefined ? {} : { beat: entry.champion }),
      entry,
    };
  }
  // A canary that is rolled back never was in production, and a re-release of one version rolls back to the
  // same version: in both cases the record stands.
  if (entry.kind !== 'rollback' || before?.modelVersion !== entry.modelVersion) return before;
  if (before?.modelVersion === entry.champion) return before;
  if (entry.champion === undefined) return undefined;
  return {
    modelVersion: entry.champion,
    since: entry.time,
    ...(entry.modelVersion === undefined ? {} : { beat: entry.modelVersion }),
    entry,
  };
}
