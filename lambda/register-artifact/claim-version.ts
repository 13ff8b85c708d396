import type { RegisterArtifactRequest } from '../../contracts/functions/registering';
import type { Lineage } from '../../contracts/lineage';
import type { ModelSignature } from '../../contracts/model-signature';
import type { RegisteredVersion } from '../aws/model-registry';
import { readModelSignature } from '../aws/model-signatures';
import { VersionNumbers } from '../aws/version-numbers';
import { signatureChanges } from '../domain/model-signature/signature-changes';
import type { ArtifactCard } from '../domain/records/artifact-card';
import { changesOf, lineageOf } from '../domain/records/lineage';
import { nextVersion, parseModelVersion } from '../domain/records/model-version';
import { usesSource } from './check-artifact';
import type { ArchiveContents } from './inspect-archive';
import type { RegistrationProps } from './register-artifact';
import { RegistrationRefusedError } from './registration-refused-error';
import type { RegisteredHoldout } from './take-holdout';
import type { RegisteredSample } from './take-sample';

/** What a model that was trained elsewhere was made of, as far as that is known. @throws UnknownImageError */
export async function lineageFor(
  request: RegisterArtifactRequest,
  contents: ArchiveContents,
  rows: RegisteredSample | RegisteredHoldout | undefined,
  { images, settings }: RegistrationProps,
): Promise<ArtifactCard['lineage']> {
  const { image, source } = settings;
  const ofSource = usesSource(contents, settings) ? source : undefined;
  const origin = request.origin ?? request.artifact;
  const lineage: Lineage = lineageOf({
    dataVersion: rows?.dataVersion ?? '',
    codeVersion: ofSource?.codeVersion ?? contents.codeVersion,
    commit: ofSource ? ofSource.commit : request.provenance?.commit,
    image,
    imageDigest: await images.find(image),
    hyperparameters: {},
    label: settings.label ?? '',
    columns: rows?.columns ?? [],
  });
  return { ...request.provenance, ...lineage, origin };
}

/**
 * Claims the number of a version.
 *
 * @throws RegistrationRefusedError if the one that is asked for is taken
 */
export async function claimVersion(
  request: RegisterArtifactRequest,
  found: {
    readonly lineage: Lineage;
    readonly newest: RegisteredVersion | undefined;
    readonly rows: RegisteredSample | RegisteredHoldout | undefined;
    readonly signature: ModelSignature | undefined;
  },
  { store, registry, settings }: RegistrationProps,
): Promise<string> {
  const { lineage, newest, rows, signature } = found;
  const numbers = new VersionNumbers(store, registry);
  const plan = {
    version: 1 as const,
    parentVersion: newest?.modelVersion ?? null,
    label: request.label ?? settings.label ?? '',
    columns: [...(rows?.columns ?? [])],
    hyperparameters: {},
    lineage,
  };
  if (request.version !== undefined) {
    if (await numbers.claim({ ...plan, modelVersion: request.version })) return request.version;
    throw new RegistrationRefusedError(
      `the number ${request.version} is taken by a version that is registered, or by a training or a registration that has not ended or has failed: choose the next one`,
    );
  }
  const former = newest && (await readModelSignature(store, newest.modelVersion));
  const signatureChanged =
    former && signature && signatureChanges(former, signature).some(({ isBreaking }) => isBreaking);
  const changes = changesOf(lineage, newest?.properties ?? {}, signatureChanged);
  return numbers.claimNext(nextVersion(newest && parseModelVersion(newest.modelVersion), changes), plan);
}
