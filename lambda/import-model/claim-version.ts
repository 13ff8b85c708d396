import type { ImportModelRequest } from '../../contracts/functions/importing';
import type { Lineage } from '../../contracts/lineage';
import type { RegisteredVersion } from '../aws/model-registry';
import { VersionNumbers } from '../aws/version-numbers';
import { changesOf, lineageOf } from '../domain/records/lineage';
import { nextVersion, parseModelVersion } from '../domain/records/model-version';
import { usesSource } from './check-import';
import type { ImportCard } from './import-card';
import type { ImportProps } from './import-model';
import { ImportRefusedError } from './import-refused-error';
import type { ImportedSample } from './import-sample';
import type { ArchiveContents } from './inspect-archive';

/** What an imported model was made of, as far as that is known. @throws UnknownImageError */
export async function lineageFor(
  request: ImportModelRequest,
  contents: ArchiveContents,
  sample: ImportedSample | undefined,
  { images, settings }: ImportProps,
): Promise<ImportCard['lineage']> {
  const { image, source } = settings;
  const ofSource = usesSource(contents, settings) ? source : undefined;
  const importedFrom = request.importedFrom ?? request.archive;
  const lineage: Lineage = lineageOf({
    dataVersion: sample?.dataVersion ?? '',
    codeVersion: ofSource?.codeVersion ?? contents.codeVersion,
    commit: ofSource?.commit,
    image,
    imageDigest: await images.find(image),
    hyperparameters: {},
    label: settings.label ?? '',
    columns: sample?.columns ?? [],
  });
  return { ...lineage, importedFrom };
}

/**
 * Claims the number of a version.
 *
 * @throws ImportRefusedError if the one that is asked for is taken
 */
export async function claimVersion(
  request: ImportModelRequest,
  found: {
    readonly lineage: Lineage;
    readonly newest: RegisteredVersion | undefined;
    readonly sample: ImportedSample | undefined;
  },
  { store, registry, settings }: ImportProps,
): Promise<string> {
  const { lineage, newest, sample } = found;
  const numbers = new VersionNumbers(store, registry);
  const plan = {
    version: 1 as const,
    parentVersion: newest?.modelVersion ?? null,
    label: request.label ?? settings.label ?? '',
    columns: [...(sample?.columns ?? [])],
    hyperparameters: {},
    lineage,
  };
  if (request.version !== undefined) {
    if (await numbers.claim({ ...plan, modelVersion: request.version })) return request.version;
    throw new ImportRefusedError(
      `the number ${request.version} is taken by a version that is registered, or by a training or an import that has not ended or has failed: choose the next one`,
    );
  }
  const changes = changesOf(lineage, newest?.properties ?? {});
  return numbers.claimNext(nextVersion(newest && parseModelVersion(newest.modelVersion), changes), plan);
}
