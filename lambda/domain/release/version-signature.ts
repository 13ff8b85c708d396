import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { PinnedArtifacts } from '../../../contracts/pinned-artifacts';

const text = z.string().check(z.minLength(1));

/** Schema of `models/<model-version>/signature.json`. */
export const versionSignature = z.object({ keyArn: text, algorithm: text, signature: text });

/** What identifies a version: all that decides how it answers. */
export interface VersionIdentity {
  readonly pipelineName: string;
  readonly modelVersion: string;
  readonly artifacts: PinnedArtifacts;
  /** As the registry has it. */
  readonly container: {
    readonly image: string;
    readonly modelDataUrl: string;
    readonly environment: Readonly<Record<string, string>>;
  };
}

/**
 * The text that is signed, which is the same whenever it is written. KMS signs up to 4,096 bytes (`Message`
 * of
 * `Sign`); users choose the container's environment, so that its checksum stands for it.
 */
export function signedText({ pipelineName, modelVersion, artifacts, container }: VersionIdentity): string {
  const { model, code, baseline } = artifacts;
  const { image, modelDataUrl, environment } = container;
  return canonical({
    pipelineName,
    modelVersion,
    artifacts: { model, code, baseline },
    image,
    modelDataUrl,
    environmentSha256: createHash('sha256').update(canonical(environment)).digest('base64'),
  });
}

/** JSON with sorted names and without undefined members. */
function canonical(value: object): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
