import type { ResourceProvider } from '../../../gateway/service';

const PROPERTIES = [
  'Content',
  'LayerName',
  'Description',
  'CompatibleRuntimes',
  'CompatibleArchitectures',
  'LicenseInfo',
];

/** AWS::Lambda::LayerVersion */
export const layerVersionResource: ResourceProvider = {
  properties: PROPERTIES,
  createOnly: PROPERTIES,

  async create(properties, context) {
    const { LayerVersionArn } = await context.call<{ LayerVersionArn: string }>(
      'lambda',
      'PublishLayerVersion',
      {
        ...properties,
        LayerName: properties.LayerName ?? context.generateName({ maxLength: 140 }),
      },
    );
    return { physicalId: LayerVersionArn, attributes: { LayerVersionArn } };
  },

  async update(arn) {
    return { physicalId: arn, attributes: { LayerVersionArn: arn } };
  },

  async delete(arn, _properties, context) {
    const [, LayerName, version] = /:layer:([^:]+):(\d+)$/.exec(arn) ?? [];
    await context.call('lambda', 'DeleteLayerVersion', { LayerName, VersionNumber: Number(version) });
  },
};
