import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as z from 'zod';
import { CliError } from '../cli/cli-error';
import { archiveIn, digestOf, writeBelow } from './files-below';
import type { ModelSource, ModelSourceProps } from './model-source';

/** `entity/project/artifact:alias`; a version such as `v3` is an alias, too. */
const ARTIFACT = /^(?<entity>[^/:]+)\/(?<project>[^/:]+)\/(?<name>[^/:]+):(?<alias>[^/:]+)$/;

/** Where W&B's own client finds its server by default. */
const WANDB = 'https://api.wandb.ai';

/** As `ArtifactMembershipByName` of `wandb` 0.31.0 (`sdk/artifacts/_generated/operations.py`) asks for it. */
const QUERY = `query ArtifactMembershipByName($entity: String!, $project: String!, $name: String!) {
  project(name: $project, entityName: $entity) {
    artifactCollectionMembership(name: $name) {
      artifact {
        id
        digest
        digestAlgorithm
        versionIndex
        artifactSequence { name project { name entityName } }
        currentManifest { file { directUrl } }
      }
    }
  }
}`;

const answer = z.object({
  data: z.nullish(
    z.object({
      project: z.nullish(
        z.object({
          artifactCollectionMembership: z.nullish(
            z.object({
              artifact: z.object({
                digest: z.string(),
                digestAlgorithm: z.nullish(z.string()),
                versionIndex: z.nullish(z.number()),
                artifactSequence: z.object({
                  name: z.string(),
                  project: z.object({ name: z.string(), entityName: z.string() }),
                }),
                currentManifest: z.object({ file: z.object({ directUrl: z.string() }) }),
              }),
            }),
          ),
        }),
      ),
    }),
  ),
  errors: z.nullish(z.array(z.object({ message: z.string() }))),
});

/** `wandb_manifest.json`, as `ArtifactManifestV1` of `wandb` 0.31.0 writes it. */
const manifestSchema = z.object({
  storagePolicyConfig: z.object({
    storageLayout: z.optional(z.string()),
    storageRegion: z.optional(z.string()),
  }),
  contents: z.record(
    z.string(),
    z.object({
      /** In base64. */
      digest: z.string(),
      birthArtifactID: z.optional(z.string()),
      ref: z.optional(z.string()),
    }),
  ),
});

type Manifest = z.infer<typeof manifestSchema>;

/**
 * An artifact of W&B, by one of its aliases. `WANDB_API_KEY` grants access to it, and `WANDB_BASE_URL` names
 * another server.
 *
 * @param uri `entity/project/artifact:alias`
 * @throws CliError if there is no such artifact, or the key may not read it
 */
export async function wandbSource(
  uri: string,
  { environment, onProgress }: ModelSourceProps,
): Promise<ModelSource> {
  const { entity, project, name, alias } = ARTIFACT.exec(uri)?.groups ?? {};
  if (!entity || !project || !name) {
    throw new CliError(
      `'${uri}' is no artifact of W&B: write wandb:entity/project/artifact:alias, with a version such as v3 or an alias`,
    );
  }
  const { WANDB_API_KEY: key, WANDB_BASE_URL: address = WANDB } = environment;
  if (!key)
    throw new CliError(
      'WANDB_API_KEY is not set: set it to a key of a W&B account that may read the artifact',
    );
  const server = new WandbServer(address.replace(/\/+$/, ''), key);
  const artifact = await server.artifact({ entity, project, name: `${name}:${alias}` }, uri);
  const { artifactSequence: source, digest, versionIndex } = artifact;
  const place = `${source.project.entityName}/${source.project.name}/${source.name}`;
  const origin = `wandb ${place}:v${versionIndex ?? alias} of ${server.address}`;
  return {
    origin,
    provenance: { originDigest: `${isMd5(artifact) ? 'md5' : 'xxh128'}:${digest}` },
    fetch: async (folder) => {
      onProgress(`downloading ${place}:${alias} from ${server.address}`);
      const manifest = manifestSchema.parse(
        await (await server.get(artifact.currentManifest.file.directUrl)).json(),
      );
      if (isMd5(artifact)) checkManifest(manifest, digest, origin);
      for (const [path, { digest: ofFile, birthArtifactID = '', ref }] of Object.entries(manifest.contents)) {
        if (ref !== undefined) {
          throw new CliError(
            `${path} of ${origin} is a reference to ${ref}, which W&B does not keep: register it from there`,
          );
        }
        const hex = Buffer.from(ofFile, 'base64').toString('hex');
        const url = `${server.address}/${filePath({ entity, project, name }, manifest, { path, hex, birthArtifactID })}`;
        await writeBelow(folder, { path, origin }, async () =>
          Readable.fromWeb((await server.get(url)).body as Parameters<typeof Readable.fromWeb>[0]),
        );
        if (!isMd5(artifact) || (await digestOf(join(folder, path), 'md5', 'base64')) === ofFile) continue;
        throw new CliError(`${path} of ${origin} has not the MD5 ${hex} that it is listed with: try again`);
      }
      return archiveIn(folder);
    },
  };
}

/**
 * Path of a file on the server, as whoever asks names the artifact: it may be linked there from another
 * project (`WandbStoragePolicy._file_url` of `wandb` 0.31.0).
 */
function filePath(
  { entity, project, name }: { readonly entity: string; readonly project: string; readonly name: string },
  { storagePolicyConfig: { storageLayout = 'V1', storageRegion = 'default' } }: Manifest,
  {
    path,
    hex,
    birthArtifactID,
  }: { readonly path: string; readonly hex: string; readonly birthArtifactID: string },
): string {
  const file = path.split('/').at(-1) as string;
  const parts =
    storageLayout === 'V2'
      ? ['artifactsV2', storageRegion, entity, project, name, birthArtifactID, hex, file]
      : ['artifacts', entity, hex];
  return parts.map(encodeURIComponent).join('/');
}

function isMd5({ digestAlgorithm }: { readonly digestAlgorithm?: string | null | undefined }): boolean {
  return (digestAlgorithm ?? 'MANIFEST_MD5') === 'MANIFEST_MD5';
}

/**
 * `ArtifactManifestV1.digest` of `wandb` 0.31.0: the MD5 of a header, and of paths with their digests, in
 * order.
 */
function checkManifest({ contents }: Manifest, digest: string, origin: string): void {
  const hash = createHash('md5').update('wandb-artifact-manifest-v1\n');
  for (const path of Object.keys(contents).sort()) hash.update(`${path}:${contents[path]?.digest}\n`);
  if (hash.digest('hex') === digest) return;
  throw new CliError(`the manifest of ${origin} has not the digest ${digest} of the artifact: try again`);
}

class WandbServer {
  constructor(
    readonly address: string,
    private readonly key: string,
  ) {}

  async artifact(variables: Record<string, string | undefined>, uri: string) {
    const response = await this.get(`${this.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: QUERY, variables }),
    });
    const { data, errors } = answer.parse(await response.json());
    const artifact = data?.project?.artifactCollectionMembership?.artifact;
    if (artifact) return artifact;
    const why = errors?.map(({ message }) => message).join('; ');
    throw new CliError(
      `there is no artifact ${uri} at ${this.address}, or the account of WANDB_API_KEY may not read it${why ? `: ${why}` : ''}`,
    );
  }

  async get(url: string, request: RequestInit = {}): Promise<Response> {
    // Storage of others, to which W&B leads, needs no key.
    const isOwn = new URL(url).origin === new URL(this.address).origin;
    const authorization = `Basic ${Buffer.from(`api:${this.key}`).toString('base64')}`;
    const headers = { ...(request.headers as Record<string, string>), ...(isOwn && { authorization }) };
    const response = await fetch(url, { ...request, headers }).catch((error: Error) => {
      const { message = error.message } = (error.cause ?? {}) as { message?: string };
      throw new CliError(`the W&B server ${new URL(url).origin} cannot be reached: ${message}`);
    });
    if (response.ok) return response;
    const why = response.status === 401 ? ': WANDB_API_KEY is no key of an account there' : '';
    throw new CliError(`the W&B server ${new URL(url).origin} answers with status ${response.status}${why}`);
  }
}
