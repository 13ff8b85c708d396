import * as z from 'zod/mini';
import { checkDocument, modelVersionText, parseDocument } from '../records/document';
import { variantName } from '../records/variant-name';

/** What is live on an endpoint now: the content of the SSM parameter `/model-pipeline/<name>/routing`. */
export type RoutingDocument = z.infer<typeof routingDocument>;
/** The version that is being released. */
export type CandidateRoute = NonNullable<RoutingDocument['candidate']>;
/** The version being released, as long as it gets copies of requests. */
export type ShadowRoute = NonNullable<RoutingDocument['shadow']>;

/** A routing document with nothing in production, as the first deploy writes it. */
export function emptyRouting(endpointName: string): RoutingDocument {
  return { version: 1, endpointName };
}

/**
 * Reads a routing document. Without `production` nothing has been released yet.
 *
 * @throws Error if the text is not JSON, has a missing, wrong or unknown field, if candidate and
 * production are one model, or if shadow and production share a variant
 */
export function parseRouting(text: string): RoutingDocument {
  return checkVariants(parseDocument(routingDocument, text, 'routing document'));
}

/**
 * Writes a routing document as compact JSON.
 *
 * @throws Error if the document is not valid or exceeds 4,096 bytes, the limit of a standard SSM parameter
 */
export function formatRouting(document: RoutingDocument): string {
  const text = JSON.stringify(checkVariants(checkDocument(routingDocument, document, 'routing document')));
  const bytes = Buffer.byteLength(text);
  if (bytes > MAXIMUM_BYTES) {
    throw new Error(
      `routing document of ${document.endpointName} has ${bytes} bytes, but an SSM parameter holds ${MAXIMUM_BYTES}: shorten the names in it`,
    );
  }
  return text;
}

const MAXIMUM_BYTES = 4096;

const share = z.number().check(z.gte(0), z.lte(1));

const deployed = {
  modelVersion: modelVersionText,
  variant: variantName,
  modelName: z.string().check(z.minLength(1)),
};
/** Of an endpoint; left out where a function serves alone. */
const endpointConfigName = z.string().check(z.minLength(1));
/** The published version of the function that answers; left out if no function serves. */
const functionVersion = z.optional(z.string().check(z.regex(/^[0-9]+$/)));

// Strict, since a misspelt `production` must not read as "nothing in production".
const routingDocument = z.strictObject({
  version: z.literal(1),
  endpointName: z.string().check(z.minLength(1)),
  production: z.optional(
    z.strictObject({
      ...deployed,
      endpointConfigName: z.optional(endpointConfigName),
      functionVersion,
      modelPackageArn: z.string().check(z.minLength(1)),
      /** Time of the release, ISO 8601 in UTC. */
      since: z.iso.datetime(),
      /** Sequence number of the ledger entry that put it there. */
      ledgerSequence: z.int().check(z.positive()),
    }),
  ),
  candidate: z.optional(
    z.strictObject({
      ...deployed,
      endpointConfigName: z.optional(endpointConfigName),
      functionVersion,
      /** The release that put it there: the name of its execution. */
      releaseId: z.string().check(z.minLength(1)),
      /** When its release began, ISO 8601 in UTC. */
      since: z.iso.datetime(),
      /** Why it was requested, shortened. */
      reason: z.string(),
      /** Shares of the traffic as they were planned, 0 to 1. */
      trafficShares: z.array(share),
      /** Share of the traffic now, 0 to 1. */
      trafficShare: share,
      /** When it first had traffic. */
      trafficSince: z.optional(z.iso.datetime()),
    }),
  ),
  /** A version that gets copies of requests and whose answers nobody sees. */
  shadow: z.optional(z.strictObject({ ...deployed, endpointConfigName: z.optional(endpointConfigName) })),
});

function checkVariants(document: RoutingDocument): RoutingDocument {
  const { production, candidate, shadow } = document;
  if (production && candidate?.modelName === production.modelName) {
    throw new Error(
      `routing document is not valid: candidate.modelName: '${production.modelName}' is the model in production, so the candidate must be another one`,
    );
  }
  if (production && shadow?.variant === production.variant) {
    throw new Error(
      `routing document is not valid: shadow.variant: '${production.variant}' is the variant in production, so the shadow must be in the other`,
    );
  }
  return document;
}
