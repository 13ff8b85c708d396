import * as z from 'zod/mini';
import type {
  ImportedModel,
  ImportModelRequest,
  ImportModelSettings,
} from '../../contracts/functions/importing';
import type { ImageDigests } from '../aws/image-digests';
import type { LedgerStore } from '../aws/ledger-store';
import type { ModelRegistry } from '../aws/model-registry';
import type { ArtifactStore, CopySource } from '../aws/store';
import type { VersionSigner } from '../aws/version-signer';
import { IMPORTS, modelKey } from '../domain/records/bucket-layout';
import { checkDocument, modelVersionText } from '../domain/records/document';
import { checkContents, checkFeatures, checkMetrics, checkVersion } from './check-import';
import { claimVersion, lineageFor } from './claim-version';
import type { ImportCard } from './import-card';
import { ImportRefusedError } from './import-refused-error';
import { importSample } from './import-sample';
import { inspectArchive } from './inspect-archive';
import { keepArtifacts, registerImport } from './register-import';

export interface ImportProps {
  readonly pipelineName: string;
  /** The pipeline's bucket. */
  readonly store: ArtifactStore;
  /** Another bucket. */
  readonly bucketOf: (name: string) => Pick<ArtifactStore, 'readStream'>;
  readonly registry: ModelRegistry;
  readonly images: Pick<ImageDigests, 'find'>;
  readonly ledger: Pick<LedgerStore, 'append'>;
  readonly settings: ImportModelSettings;
  /** Undefined if versions are not signed. */
  readonly signer?: Pick<VersionSigner, 'sign'> | undefined;
  readonly now: () => Date;
  readonly newId: () => string;
}

/**
 * Registers a model that was trained elsewhere as a version, approved, which the ordinary workflow releases.
 * Everything is checked before anything is written to the registry.
 *
 * @throws ImportRefusedError
 * @throws UnknownImageError if there is no such image
 */
export async function importModel(event: unknown, props: ImportProps): Promise<ImportedModel> {
  const { store, registry, settings } = props;
  const request = checkDocument(importRequest, event, 'request to import a model');
  checkMetrics(request.metrics ?? {});
  const archive = await find(request.archive, 'archive', props);
  const sampleFile = request.sample === undefined ? undefined : await find(request.sample, 'sample', props);
  if (!sampleFile && !settings.hasSmokeTestRequests) {
    throw new ImportRefusedError(
      'there is nothing to ask the version before it has traffic: give a sample of rows (model-pipeline import --sample rows.csv), or the pipeline requests of its own (smokeTest)',
    );
  }
  const { bucket, key, versionId } = archive;
  const contents = await inspectArchive(
    await props.bucketOf(bucket).readStream(key, versionId),
    request.archive,
  );
  checkContents(contents, request.archive, settings);
  const newest = await registry.newest();
  if (request.version !== undefined) checkVersion(request.version, newest);
  const sample = sampleFile && (await importSample({ ...sampleProps(request, props), source: sampleFile }));
  if (sample) checkFeatures(sample, settings);
  const lineage = await lineageFor(request, contents, sample, props);
  const modelVersion = await claimVersion(request, { lineage, newest, sample }, props);
  const artifacts = await keepArtifacts(modelVersion, { archive, contents, sample }, props);
  const card: ImportCard = {
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
  const modelPackageArn = await registerImport(card, artifacts, contents, props);
  await props.ledger.append({
    time: card.createdAt,
    kind: 'import',
    pipeline: props.pipelineName,
    modelVersion,
    reasons: [`imported from ${lineage.importedFrom}`],
    modelPackageArn,
    ...(sample && { dataVersion: sample.dataVersion }),
    execution: `import:${modelVersion}`,
  });
  return { modelVersion, modelPackageArn, importedFrom: lineage.importedFrom };
}

/** @throws ImportRefusedError if it is not there, or may not be read */
async function find(uri: string, what: string, { store }: ImportProps): Promise<CopySource> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (!bucket || !key) {
    throw new ImportRefusedError(
      `the ${what} '${uri}' is not the s3:// URI of an object: give one, or the path of a file to model-pipeline import`,
    );
  }
  try {
    return await store.find({ bucket, key });
  } catch (cause) {
    const { name } = cause as Error;
    if (name !== 'NoSuchKey' && name !== 'AccessDenied') throw cause;
    throw new ImportRefusedError(
      `the ${what} ${uri} does not exist, or the pipeline may not read it: put it below ${store.uriOf(IMPORTS)}, or list its bucket in importSources of the pipeline`,
      { cause },
    );
  }
}

function sampleProps(
  { label }: ImportModelRequest,
  { store, settings, newId }: ImportProps,
): Pick<Parameters<typeof importSample>[0], 'store' | 'id' | 'leftOut'> {
  const leftOut = [label, settings.label, ...settings.ignoredColumns].filter((name) => name !== undefined);
  return { store, id: newId(), leftOut };
}

const text = z.string().check(z.minLength(1));

const importRequest: z.ZodMiniType<ImportModelRequest> = z.object({
  archive: text,
  sample: z.optional(text),
  label: z.optional(text),
  version: z.optional(modelVersionText),
  metrics: z.optional(z.record(z.string().check(z.regex(/^[A-Za-z][\w.-]{0,40}$/)), z.number())),
  importedFrom: z.optional(text),
});
