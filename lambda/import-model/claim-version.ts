import type { ImportModelRequest } from '../../contracts/functions/importing';
import type { Lineage } from '../../contracts/lineage';
import type { RegisteredVersion } from '../aws/model-registry';
import { modelKey } from '../domain/records/bucket-layout';
import { changesOf, lineageOf } from '../domain/records/lineage';
import { formatModelVersion, nextVersion, parseModelVersion } from '../domain/records/model-version';
import { formatModelPlan } from '../domain/release/model-plan';
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
  const write = (modelVersion: string) =>
    store.writeOnce(
      modelKey(modelVersion, 'plan.json'),
      formatModelPlan({
        version: 1,
        modelVersion,
        parentVersion: newest?.modelVersion ?? null,
        label: request.label ?? settings.label ?? '',
        columns: [...(sample?.columns ?? [])],
        hyperparameters: {},
        lineage,
      }),
    );
  // A version that somebody else registered has no plan, and its archive is not to be replaced.
  const isClaimed = async (modelVersion: string) =>
    (await registry.find(modelVersion)) === undefined && (await write(modelVersion));
  if (request.version !== undefined) {
    if (await isClaimed(request.version)) return request.version;
    throw new ImportRefusedError(
      `the number ${request.version} is taken by a version that is registered, or by a training or an import that has not ended or has failed: choose the next one`,
    );
  }
  let version = nextVersion(
    newest && parseModelVersion(newest.modelVersion),
    changesOf(lineage, newest?.properties ?? {}),
  );
  while (!(await isClaimed(formatModelVersion(version))))
    version = { ...version, minor: version.minor + 1, patch: 0 };
  return formatModelVersion(version);
}
