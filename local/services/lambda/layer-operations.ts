import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type * as sdk from '@aws-sdk/client-lambda';
import { NotImplementedError } from '../../gateway/aws-error';
import type { Cloud, Operations } from '../../gateway/service';
import type { CodeStore } from './code-store';
import type { FunctionStore } from './function-store';
import { readCode } from './read-code';
import type { LayerVersion, StoredLayer } from './stored-function';

/** Layers: further modules for functions, below `nodejs/node_modules` of a zip file. */
export function layerOperations(cloud: Cloud, store: FunctionStore, code: CodeStore): Operations<typeof sdk> {
  const describe = ({ name }: StoredLayer, version: LayerVersion): sdk.GetLayerVersionResponse => ({
    LayerArn: cloud.arn('lambda', `layer:${name}`),
    LayerVersionArn: cloud.arn('lambda', `layer:${name}:${version.version}`),
    Version: version.version,
    Description: version.description,
    CreatedDate: version.created.toISOString().replace('Z', '+0000'),
    CompatibleRuntimes: version.runtimes as sdk.Runtime[],
    CompatibleArchitectures: version.architectures as sdk.Architecture[],
    LicenseInfo: version.license,
    Content: { CodeSha256: version.code.sha256, CodeSize: version.code.size },
  });

  return {
    PublishLayerVersion: async (input, { principal }) => {
      const name = (input.LayerName as string).replace(/^arn:.*:layer:/, '');
      const content = await code.add(await readCode(cloud, input.Content ?? {}, principal));
      // Lambda would run what is in there as processes of their own:
      // https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
      if (existsSync(join(code.folder(content.sha256), 'extensions'))) {
        throw new NotImplementedError(`external extensions, which the layer ${name} has in extensions/`);
      }
      const layer = store.layers.get(name) ?? { name, versions: new Map(), lastVersion: 0 };
      store.layers.set(name, layer);
      layer.lastVersion++;
      const version: LayerVersion = {
        version: layer.lastVersion,
        description: input.Description ?? '',
        code: content,
        runtimes: input.CompatibleRuntimes ?? [],
        architectures: input.CompatibleArchitectures ?? [],
        license: input.LicenseInfo,
        created: cloud.clock.date(),
      };
      layer.versions.set(version.version, version);
      return describe(layer, version);
    },

    GetLayerVersion: (input) => {
      const arn = cloud.arn('lambda', `layer:${input.LayerName}:${input.VersionNumber}`);
      const version = store.layerVersion(arn);
      return describe(store.layers.get(input.LayerName as string) as StoredLayer, version);
    },

    ListLayerVersions: (input) => {
      const layer = store.layers.get(input.LayerName as string);
      const versions = layer ? [...layer.versions.values()].reverse() : [];
      return { LayerVersions: versions.map((version) => describe(layer as StoredLayer, version)) };
    },

    // What functions use of a version stays: their code store keeps it.
    DeleteLayerVersion: (input) => {
      store.layers.get(input.LayerName as string)?.versions.delete(Number(input.VersionNumber));
      return {};
    },
  };
}
