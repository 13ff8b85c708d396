import * as z from 'zod/mini';

/** What an object is, to the bit. */
export type PinnedObject = z.infer<typeof pinnedObject>;
/** What decides how a version answers, and what its traffic is compared with, as it was when the version was registered. */
export type PinnedArtifacts = z.infer<typeof pinnedArtifacts>;

/** The files of a version that are pinned. */
export const PINNED_FILES = {
  model: 'model.tar.gz',
  code: 'sourcedir.tar.gz',
  baseline: 'baseline.json',
} as const;

const text = z.string().check(z.minLength(1));

/** Schema of a pinned object in a document. */
export const pinnedObject = z.object({
  /** S3's `VersionId`. */
  versionId: text,
  /** As S3 writes it, in base64. */
  sha256: text,
});

/** Schema of `models/<model-version>/artifacts.json`. */
export const pinnedArtifacts = z.object({
  model: pinnedObject,
  code: pinnedObject,
  baseline: pinnedObject,
});

/** The artifacts as metadata of a package. */
export function pinnedProperties({ model, code, baseline }: PinnedArtifacts): Record<string, string> {
  return {
    modelObjectVersion: model.versionId,
    modelSha256: model.sha256,
    codeObjectVersion: code.versionId,
    codeSha256: code.sha256,
    baselineObjectVersion: baseline.versionId,
    baselineSha256: baseline.sha256,
  };
}

/** The artifacts that a package's metadata tell; undefined for a version that was registered before they did. */
export function pinnedIn(properties: Readonly<Record<string, string>>): PinnedArtifacts | undefined {
  const pinned = (name: string) => ({
    versionId: properties[`${name}ObjectVersion`],
    sha256: properties[`${name}Sha256`],
  });
  const artifacts = { model: pinned('model'), code: pinned('code'), baseline: pinned('baseline') };
  return pinnedArtifacts.safeParse(artifacts).data;
}
