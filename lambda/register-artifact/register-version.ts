import type { PinnedArtifacts, PinnedObject } from '../../contracts/pinned-artifacts';
import { registerApproved } from '../aws/approved-version';
import type { CopySource } from '../aws/store';
import type { Baseline } from '../domain/data/baseline';
import type { ArtifactCard } from '../domain/records/artifact-card';
import { modelKey } from '../domain/records/bucket-layout';
import { pinnedImage } from '../domain/records/container-image';
import { usesSource } from './check-artifact';
import type { ArchiveContents } from './inspect-archive';
import type { RegistrationProps } from './register-artifact';
import type { RegisteredSample } from './take-sample';

/** Copies what the version is made of to where only the pipeline writes. @returns what it is, to the bit */
export async function keepArtifacts(
  modelVersion: string,
  found: {
    readonly archive: CopySource;
    readonly contents: ArchiveContents;
  },
  { store, settings }: RegistrationProps,
): Promise<Omit<PinnedArtifacts, 'baseline'>> {
  const { source } = settings;
  const model = await store.copyFound(found.archive, modelKey(modelVersion, 'model.tar.gz'));
  const code =
    source && usesSource(found.contents, settings)
      ? await store.copy(source.location, modelKey(modelVersion, 'sourcedir.tar.gz'))
      : undefined;
  return { model, ...(code && { code }) };
}

/** Writes what the version's traffic is compared with. */
export function keepBaseline(
  modelVersion: string,
  sample: RegisteredSample | undefined,
  { store }: Pick<RegistrationProps, 'store'>,
): Promise<PinnedObject> {
  const { rows = 0, features = {}, inputs } = sample ?? {};
  const baseline: Baseline = { rows, features, inputs };
  return store.writePinned(modelKey(modelVersion, 'baseline.json'), JSON.stringify(baseline));
}

/** @returns ARN of the version's package */
export function registerVersion(
  card: ArtifactCard,
  artifacts: PinnedArtifacts,
  contents: ArchiveContents,
  props: RegistrationProps,
): Promise<string> {
  const { store, settings } = props;
  const { modelVersion, lineage } = card;
  const baseline = {
    ContentType: 'application/json',
    S3Uri: store.uriOf(modelKey(modelVersion, 'baseline.json')),
  };
  return registerApproved(
    {
      card,
      artifacts,
      container: {
        image: pinnedImage(lineage.image, lineage.imageDigest),
        modelDataUrl: card.modelDataUrl,
        environment: environmentOf(modelVersion, usesSource(contents, settings), props),
        contentTypes: settings.contentTypes,
        realtimeInstanceTypes: [settings.instanceType],
      },
      description: 'trained elsewhere',
      more: {
        ModelMetrics: { ModelDataQuality: { Statistics: baseline } },
        DriftCheckBaselines: { ModelDataQuality: { Statistics: baseline } },
        ...(lineage.commit !== undefined && { MetadataProperties: { CommitId: lineage.commit } }),
      },
    },
    props,
  );
}

/**
 * Where the container finds the version's scripts: in its archive, or beside it, from where
 * `sagemaker-containers` 2.8.6.post2 fetches them to `/opt/ml/code` when it starts (`_modules.py`).
 */
export function environmentOf(
  modelVersion: string,
  isBeside: boolean,
  { store, settings }: Pick<RegistrationProps, 'store' | 'settings'>,
): Readonly<Record<string, string>> {
  if (!isBeside) return settings.servingEnvironment;
  const code = store.uriOf(modelKey(modelVersion, 'sourcedir.tar.gz'));
  return { ...settings.servingEnvironment, SAGEMAKER_SUBMIT_DIRECTORY: code, PYTHONPATH: '/opt/ml/code' };
}
