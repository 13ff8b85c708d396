import * as z from 'zod/mini';
import type {
  RegisterArtifactRequest,
  RegisterArtifactSettings,
  RegisteredArtifact,
  RegistrationOrder,
} from '../../contracts/functions/registering';
import type { ModelSignature, SignatureInput } from '../../contracts/model-signature';
import type { ImageDigests } from '../aws/image-digests';
import type { LedgerStore } from '../aws/ledger-store';
import type { ModelRegistry } from '../aws/model-registry';
import type { RoutingStore } from '../aws/routing-store';
import type { ArtifactStore } from '../aws/store';
import type { VersionSigner } from '../aws/version-signer';
import type { ModelInput } from '../domain/data/tensor-summary';
import type { ArtifactCard } from '../domain/records/artifact-card';
import { modelKey } from '../domain/records/bucket-layout';
import { pinnedImage } from '../domain/records/container-image';
import { checkDocument, modelVersionText } from '../domain/records/document';
import { provenanceSchema } from '../domain/records/lineage';
import { PRODUCTION_HOLDOUT } from '../domain/records/registry-properties';
import {
  checkContents,
  checkMetrics,
  checkRequests,
  checkRows,
  checkVersion,
  METRIC_NAME,
  signatureOf,
  usesSource,
} from './check-artifact';
import { checkBuilds } from './check-builds';
import { claimVersion, lineageFor } from './claim-version';
import { findObject } from './find-object';
import { type ArchiveContents, inspectArchive } from './inspect-archive';
import { type KeptFile, type KeptRows, keepRequests, keepRows } from './keep-rows';
import { productionHoldout } from './production-holdout';
import { environmentOf, keepArtifacts, keepBaseline, registerVersion } from './register-version';
import { RegistrationRefusedError } from './registration-refused-error';
import { type RegisteredHoldout, takeHoldout } from './take-holdout';
import { takeRequests } from './take-requests';
import { type RegisteredSample, takeSample } from './take-sample';

export interface RegistrationProps {
  readonly pipelineName: string;
  /** The pipeline's bucket. */
  readonly store: ArtifactStore;
  /** Another bucket. */
  readonly bucketOf: (name: string) => Pick<ArtifactStore, 'readStream'>;
  readonly registry: ModelRegistry;
  readonly routing: Pick<RoutingStore, 'read'>;
  readonly images: Pick<ImageDigests, 'find'>;
  readonly ledger: Pick<LedgerStore, 'append'>;
  readonly settings: RegisterArtifactSettings;
  /** Undefined if versions are not signed. */
  readonly signer?: Pick<VersionSigner, 'sign'> | undefined;
  /** Starts the workflow that compares a version with the champion. @returns ARN of the execution */
  readonly compare: (order: RegistrationOrder) => Promise<string>;
  readonly now: () => Date;
}

/**
 * Registers a model that was trained elsewhere as a version, which the ordinary workflow releases: approved,
 * or, with a holdout, as the promotion policy judges it. Everything is checked before anything is written to
 * the registry.
 *
 * @throws RegistrationRefusedError
 * @throws UnknownImageError if there is no such image
 */
export async function registerArtifact(
  event: unknown,
  props: RegistrationProps,
): Promise<RegisteredArtifact> {
  const { registry, settings } = props;
  const request = checkDocument(registrationRequest, event, 'request to register a model');
  checkMetrics(request.metrics ?? {});
  for (const rows of [request.sample, request.holdout]) checkRows(rows, settings);
  checkRequests(request);
  if (request.release && request.holdout === undefined) {
    throw new RegistrationRefusedError(
      'a version is released by itself only after the promotion policy has judged it: give a holdout',
    );
  }
  const archive = await findObject(request.artifact, 'artifact', props);
  const isJudgedAsProduction = request.holdout === PRODUCTION_HOLDOUT;
  if (isJudgedAsProduction && request.sample !== undefined) {
    throw new RegistrationRefusedError(
      `the sample ${request.sample} needs a holdout of its own: the rows of the version in production come with those that its traffic is compared with; leave out the sample, or give a holdout`,
    );
  }
  const found = {
    sample: await findRows('sample', request.sample, props),
    holdout: isJudgedAsProduction ? undefined : await findRows('holdout', request.holdout, props),
    requests: await findRequests(request.requests, props),
  };
  const asksNothing = [request.sample, request.holdout, request.requests].every((uri) => uri === undefined);
  if (asksNothing && !settings.hasSmokeTestRequests) {
    throw new RegistrationRefusedError(
      'there is nothing to ask the version before it has traffic: give a holdout or a sample of rows (model-pipeline register --holdout rows.csv) or requests (--requests requests.jsonl), or the pipeline requests of its own (smokeTest)',
    );
  }
  const { bucket, key, versionId } = archive;
  const contents = await inspectArchive(
    await props.bucketOf(bucket).readStream(key, versionId),
    request.artifact,
  );
  checkContents(contents, request.artifact, settings);
  checkBuilds([...contents.files, ...contents.scripts], request.artifact, settings.image);
  const newest = await registry.newest();
  if (request.version !== undefined) checkVersion(request.version, newest);
  const rows = isJudgedAsProduction
    ? await productionHoldout(props)
    : await takeRows(request, found, contents, props);
  const label = request.label ?? settings.label;
  const signature = signatureOf(contents, rows, request.artifact, { ...settings, label });
  const lineage = await lineageFor(request, contents, rows, props);
  const modelVersion = await claimVersion(request, { lineage, newest, rows, signature }, props);
  const version = { modelVersion, parentVersion: newest?.modelVersion ?? null, lineage };
  const artifacts = await keepArtifacts(modelVersion, { archive, contents }, props);
  const { origin } = lineage;
  if (rows && 'holdoutUri' in rows) {
    const { metrics = {}, release } = request;
    const order = orderOf({ ...version, artifacts, metrics, release }, rows, contents, props);
    return { modelVersion, origin, execution: await props.compare(order) };
  }
  const modelPackageArn = await approve(
    { ...version, artifacts },
    { request, sample: rows, contents, signature },
    props,
  );
  return { modelVersion, modelPackageArn, origin };
}

/** Registers a version that nothing was compared with. @returns ARN of its package */
async function approve(
  version: UnregisteredVersion,
  found: {
    readonly request: RegisterArtifactRequest;
    readonly sample: RegisteredSample | undefined;
    readonly contents: ArchiveContents;
    readonly signature: ModelSignature | undefined;
  },
  props: RegistrationProps,
): Promise<string> {
  const { store, pipelineName } = props;
  const { modelVersion, parentVersion, lineage } = version;
  const { request, sample, contents, signature } = found;
  if (signature) await store.writeJson(modelKey(modelVersion, 'model-signature.json'), signature);
  const card: ArtifactCard = {
    pipeline: pipelineName,
    modelVersion,
    parentVersion,
    createdAt: props.now().toISOString(),
    lineage,
    modelDataUrl: store.uriOf(modelKey(modelVersion, 'model.tar.gz')),
    features: sample?.columns ?? [],
    sampleRows: sample?.rows ?? 0,
    metrics: request.metrics ?? {},
  };
  const artifacts = { ...version.artifacts, baseline: await keepBaseline(modelVersion, sample, props) };
  const modelPackageArn = await registerVersion(card, artifacts, contents, props);
  await props.ledger.append({
    time: card.createdAt,
    kind: 'registration',
    pipeline: pipelineName,
    modelVersion,
    reasons: [`trained elsewhere: ${lineage.origin}`, 'compared with nothing: it came without a holdout'],
    modelPackageArn,
    ...(sample && { dataVersion: sample.dataVersion }),
    execution: `registration:${modelVersion}`,
  });
  return modelPackageArn;
}

interface UnregisteredVersion {
  readonly modelVersion: string;
  readonly parentVersion: string | null;
  readonly lineage: ArtifactCard['lineage'];
  readonly artifacts: RegistrationOrder['artifacts'];
}

function orderOf(
  version: UnregisteredVersion & Pick<RegistrationOrder, 'metrics' | 'release'>,
  { dataVersion, holdoutUri }: RegisteredHoldout,
  contents: ArchiveContents,
  props: RegistrationProps,
): RegistrationOrder {
  const { modelVersion, lineage } = version;
  return {
    ...version,
    modelDataUrl: props.store.uriOf(modelKey(modelVersion, 'model.tar.gz')),
    image: pinnedImage(lineage.image, lineage.imageDigest),
    environment: environmentOf(modelVersion, usesSource(contents, props.settings), props),
    dataVersion,
    holdoutUri,
  };
}

type RowsFound = { readonly [What in KeptRows['what']]: KeptRows | undefined } & {
  readonly requests: KeptFile | undefined;
};

async function findRows(
  what: KeptRows['what'],
  uri: string | undefined,
  props: RegistrationProps,
): Promise<KeptRows | undefined> {
  return uri === undefined ? undefined : keepRows(what, await findObject(uri, what, props), props);
}

async function findRequests(
  uri: string | undefined,
  props: RegistrationProps,
): Promise<KeptFile | undefined> {
  return uri === undefined ? undefined : keepRequests(await findObject(uri, 'requests', props), props);
}

async function takeRows(
  request: RegisterArtifactRequest,
  { sample, holdout, requests }: RowsFound,
  contents: ArchiveContents,
  { store, settings }: RegistrationProps,
): Promise<RegisteredSample | RegisteredHoldout | undefined> {
  const { ignoredColumns, judgedBy, problem } = settings;
  const label = request.label ?? settings.label;
  if (holdout) return takeHoldout({ store, holdout, sample, label, ignoredColumns, judgedBy, problem });
  if (requests) {
    const graph = signatureOf(contents, undefined, request.artifact, settings);
    return takeRequests(requests, { store, inputs: graph?.inputs.map(inputOf) });
  }
  if (!sample) return undefined;
  const leftOut = [label, settings.label, ...ignoredColumns].filter((name) => name !== undefined);
  return takeSample(sample, { store, leftOut });
}

/** What requests have for an input of a graph. */
function inputOf({ name, shape }: SignatureInput): ModelInput {
  return { name, rank: shape?.length ?? 0 };
}

const text = z.string().check(z.minLength(1));

const registrationRequest: z.ZodMiniType<RegisterArtifactRequest> = z.object({
  provenance: z.optional(z.object({ ...provenanceSchema.shape, commit: z.optional(text) })),
  release: z.optional(z.boolean()),
  artifact: text,
  sample: z.optional(text),
  requests: z.optional(text),
  holdout: z.optional(text),
  label: z.optional(text),
  version: z.optional(modelVersionText),
  metrics: z.optional(z.record(z.string().check(z.regex(METRIC_NAME)), z.number())),
  origin: z.optional(text),
});
