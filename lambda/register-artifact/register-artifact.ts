import * as z from 'zod/mini';
import type {
  RegisterArtifactRequest,
  RegisterArtifactSettings,
  RegisteredArtifact,
} from '../../contracts/functions/registering';
import type { ImageDigests } from '../aws/image-digests';
import type { LedgerStore } from '../aws/ledger-store';
import type { ModelRegistry } from '../aws/model-registry';
import type { ArtifactStore, CopySource } from '../aws/store';
import type { VersionSigner } from '../aws/version-signer';
import { modelKey, UPLOADS } from '../domain/records/bucket-layout';
import { checkDocument, modelVersionText } from '../domain/records/document';
import type { ArtifactCard } from './artifact-card';
import { checkContents, checkMetrics, checkRows, checkVersion, signatureOf } from './check-artifact';
import { claimVersion, lineageFor } from './claim-version';
import { inspectArchive } from './inspect-archive';
import { keepArtifacts, registerVersion } from './register-version';
import { RegistrationRefusedError } from './registration-refused-error';
import { takeSample } from './take-sample';

export interface RegistrationProps {
  readonly pipelineName: string;
  /** The pipeline's bucket. */
  readonly store: ArtifactStore;
  /** Another bucket. */
  readonly bucketOf: (name: string) => Pick<ArtifactStore, 'readStream'>;
  readonly registry: ModelRegistry;
  readonly images: Pick<ImageDigests, 'find'>;
  readonly ledger: Pick<LedgerStore, 'append'>;
  readonly settings: RegisterArtifactSettings;
  /** Undefined if versions are not signed. */
  readonly signer?: Pick<VersionSigner, 'sign'> | undefined;
  readonly now: () => Date;
  readonly newId: () => string;
}

/**
 * Registers a model that was trained elsewhere as a version, approved, which the ordinary workflow releases.
 * Everything is checked before anything is written to the registry.
 *
 * @throws RegistrationRefusedError
 * @throws UnknownImageError if there is no such image
 */
export async function registerArtifact(
  event: unknown,
  props: RegistrationProps,
): Promise<RegisteredArtifact> {
  const { store, registry, settings } = props;
  const request = checkDocument(registrationRequest, event, 'request to register a model');
  checkMetrics(request.metrics ?? {});
  checkRows(request.sample, settings);
  const archive = await find(request.artifact, 'artifact', props);
  const sampleFile = request.sample === undefined ? undefined : await find(request.sample, 'sample', props);
  if (!sampleFile && !settings.hasSmokeTestRequests) {
    throw new RegistrationRefusedError(
      'there is nothing to ask the version before it has traffic: give a sample of rows (model-pipeline register --sample rows.csv), or the pipeline requests of its own (smokeTest)',
    );
  }
  const { bucket, key, versionId } = archive;
  const contents = await inspectArchive(
    await props.bucketOf(bucket).readStream(key, versionId),
    request.artifact,
  );
  checkContents(contents, request.artifact, settings);
  const newest = await registry.newest();
  if (request.version !== undefined) checkVersion(request.version, newest);
  const sample = sampleFile && (await takeSample({ ...sampleProps(request, props), source: sampleFile }));
  const signature = signatureOf(contents, sample, request.artifact, {
    ...settings,
    label: request.label ?? settings.label,
  });
  const lineage = await lineageFor(request, contents, sample, props);
  const modelVersion = await claimVersion(request, { lineage, newest, sample, signature }, props);
  const artifacts = await keepArtifacts(modelVersion, { archive, contents, sample }, props);
  if (signature) await store.writeJson(modelKey(modelVersion, 'model-signature.json'), signature);
  const card: ArtifactCard = {
    pipeline: props.pipelineName,
    modelVersion,
    parentVersion: newest?.modelVersion ?? null,
    createdAt: props.now().toISOString(),
    lineage,
    modelDataUrl: store.uriOf(modelKey(modelVersion, 'model.tar.gz')),
    features: sample?.columns ?? [],
    sampleRows: sample?.baseline.rows ?? 0,
    metrics: request.metrics ?? {},
  };
  const modelPackageArn = await registerVersion(card, artifacts, contents, props);
  await props.ledger.append({
    time: card.createdAt,
    kind: 'registration',
    pipeline: props.pipelineName,
    modelVersion,
    reasons: [`trained elsewhere: ${lineage.origin}`],
    modelPackageArn,
    ...(sample && { dataVersion: sample.dataVersion }),
    execution: `registration:${modelVersion}`,
  });
  return { modelVersion, modelPackageArn, origin: lineage.origin };
}

/** @throws RegistrationRefusedError if it is not there, or may not be read */
async function find(uri: string, what: string, { store }: RegistrationProps): Promise<CopySource> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (!bucket || !key) {
    throw new RegistrationRefusedError(
      `the ${what} '${uri}' is not the s3:// URI of an object: give one, or the path of a file to model-pipeline register`,
    );
  }
  try {
    return await store.find({ bucket, key });
  } catch (cause) {
    const { name } = cause as Error;
    if (name !== 'NoSuchKey' && name !== 'AccessDenied') throw cause;
    throw new RegistrationRefusedError(
      `the ${what} ${uri} does not exist, or the pipeline may not read it: put it below ${store.uriOf(UPLOADS)}, or list its bucket in artifactSources of the pipeline`,
      { cause },
    );
  }
}

function sampleProps(
  { label }: RegisterArtifactRequest,
  { store, settings, newId }: RegistrationProps,
): Pick<Parameters<typeof takeSample>[0], 'store' | 'id' | 'leftOut'> {
  const leftOut = [label, settings.label, ...settings.ignoredColumns].filter((name) => name !== undefined);
  return { store, id: newId(), leftOut };
}

const text = z.string().check(z.minLength(1));

const registrationRequest: z.ZodMiniType<RegisterArtifactRequest> = z.object({
  artifact: text,
  sample: z.optional(text),
  label: z.optional(text),
  version: z.optional(modelVersionText),
  metrics: z.optional(z.record(z.string().check(z.regex(/^[A-Za-z][\w.-]{0,40}$/)), z.number())),
  origin: z.optional(text),
});
