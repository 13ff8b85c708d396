import type * as sdk from '@aws-sdk/client-ecr';
import { AwsError } from '../../gateway/aws-error';
import type { HttpRoute } from '../../gateway/gateway';
import { derivedSecret, isSame, newSecret } from '../../gateway/secrets';
import type { Cloud, Operations } from '../../gateway/service';
import type { LayerStore } from './layer-store';
import type { Repositories } from './repositories';

const ROUTE = '/_local/ecr/';
/** As `aws ecr initiate-layer-upload` shows it in the AWS CLI's reference. */
const PART_BYTES = 10_485_760;

/** The operations by which clients upload and download layers, and the addresses that downloads are from. */
export class LayerOperations {
  /** Of the addresses that are given out: they end with this process. */
  private readonly secret = newSecret();

  constructor(
    private readonly cloud: Cloud,
    private readonly repositories: Repositories,
    private readonly layers: LayerStore,
  ) {}

  readonly operations: Operations<typeof sdk> = {
    BatchCheckLayerAvailability: async (input) => {
      const { name } = this.repositories.find(input.repositoryName);
      const digests = input.layerDigests ?? [];
      const sizes = await Promise.all(digests.map((digest) => this.layers.size(name, digest)));
      return {
        layers: digests.map((layerDigest, index) => ({
          layerDigest,
          layerAvailability: sizes[index] === undefined ? 'UNAVAILABLE' : 'AVAILABLE',
          layerSize: sizes[index],
        })),
        failures: [],
      };
    },

    InitiateLayerUpload: async (input) => {
      const { name } = this.repositories.find(input.repositoryName);
      return { uploadId: await this.layers.begin(name), partSize: PART_BYTES };
    },

    UploadLayerPart: async (input) => {
      const { name } = this.repositories.find(input.repositoryName);
      const uploadId = input.uploadId as string;
      const part = input.layerPartBlob as Uint8Array;
      const arrived = await this.uploadedBytes(name, uploadId);
      if (input.partFirstByte !== arrived || input.partLastByte !== arrived + part.length - 1) {
        throw new AwsError(
          'InvalidLayerPartException',
          `The layer part of upload '${uploadId}' has the bytes ${input.partFirstByte} to ${input.partLastByte} and ${part.length} of them, where byte ${arrived} is next`,
        );
      }
      await this.layers.append(name, uploadId, part);
      return {
        registryId: this.cloud.account,
        repositoryName: name,
        uploadId,
        lastByteReceived: input.partLastByte,
      };
    },

    CompleteLayerUpload: async (input) => {
      const { name } = this.repositories.find(input.repositoryName);
      const uploadId = input.uploadId as string;
      if ((await this.uploadedBytes(name, uploadId)) === 0)
        throw new AwsError('EmptyUploadException', `The upload '${uploadId}' has no layer parts`);
      const layerDigest = await this.layers.digestOfUpload(name, uploadId);
      if (!input.layerDigests?.includes(layerDigest)) {
        throw new AwsError(
          'InvalidLayerException',
          `The layer of upload '${uploadId}' has the digest ${layerDigest}, not ${input.layerDigests}`,
        );
      }
      await this.layers.complete(name, uploadId, layerDigest);
      return { registryId: this.cloud.account, repositoryName: name, uploadId, layerDigest };
    },

    GetDownloadUrlForLayer: async (input) => {
      const { name } = this.repositories.find(input.repositoryName);
      const layerDigest = input.layerDigest as string;
      if ((await this.layers.size(name, layerDigest)) === undefined) {
        throw new AwsError(
          'LayersNotFoundException',
          `The layer with digest '${layerDigest}' does not exist within the repository with name '${name}' in the registry with id '${this.cloud.account}'`,
        );
      }
      const query = new URLSearchParams({ repository: name, digest: layerDigest });
      query.set('signature', derivedSecret(this.secret, `${name}@${layerDigest}`));
      return { downloadUrl: `${this.cloud.url}${ROUTE}layer?${query}`, layerDigest };
    },
  };

  readonly route: HttpRoute = {
    prefix: ROUTE,
    handle: async ({ query }) => {
      const [name, digest] = [query.get('repository') ?? '', query.get('digest') ?? ''];
      const expected = derivedSecret(this.secret, `${name}@${digest}`);
      const isSigned = isSame(query.get('signature') ?? '', expected);
      if (!isSigned) return { status: 403, headers: {}, body: '' };
      const headers = { 'content-type': 'application/octet-stream' };
      return { status: 200, headers, body: await this.layers.read(name, digest) };
    },
  };

  /** @throws AwsError UploadNotFoundException */
  private async uploadedBytes(repository: string, uploadId: string): Promise<number> {
    const bytes = await this.layers.uploadedBytes(repository, uploadId);
    if (bytes !== undefined) return bytes;
    throw new AwsError(
      'UploadNotFoundException',
      `The upload with id '${uploadId}' does not exist within the repository with name '${repository}' in the registry with id '${this.cloud.account}'`,
    );
  }
}
