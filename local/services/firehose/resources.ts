import type { DescribeDeliveryStreamOutput } from '@aws-sdk/client-firehose';
import type {
  ResourceContext,
  ResourceProvider,
  ResourceState,
  TemplateProperties,
} from '../../gateway/service';
import { tagChanges } from '../template-tags';

/** AWS::KinesisFirehose::DeliveryStream */
export const deliveryStreamResource: ResourceProvider = {
  properties: [
    'DeliveryStreamName',
    'DeliveryStreamType',
    'DeliveryStreamEncryptionConfigurationInput',
    'ExtendedS3DestinationConfiguration',
    'Tags',
  ],
  createOnly: ['DeliveryStreamName', 'DeliveryStreamType'],

  async create(properties, context) {
    const DeliveryStreamName = properties.DeliveryStreamName ?? context.generateName({ maxLength: 64 });
    await context.call('firehose', 'CreateDeliveryStream', {
      DeliveryStreamName,
      DeliveryStreamType: properties.DeliveryStreamType,
      DeliveryStreamEncryptionConfigurationInput: properties.DeliveryStreamEncryptionConfigurationInput,
      ExtendedS3DestinationConfiguration: destinationOf(properties),
      Tags: properties.Tags?.length ? properties.Tags : undefined,
    });
    return state(DeliveryStreamName, context);
  },

  async update(DeliveryStreamName, properties, previous, context) {
    const { DeliveryStreamDescription } = await describe(DeliveryStreamName, context);
    const { VersionId, Destinations = [] } = DeliveryStreamDescription ?? {};
    await context.call('firehose', 'UpdateDestination', {
      DeliveryStreamName,
      CurrentDeliveryStreamVersionId: VersionId,
      DestinationId: Destinations[0]?.DestinationId,
      ExtendedS3DestinationUpdate: destinationOf(properties),
    });
    const { DeliveryStreamEncryptionConfigurationInput } = properties;
    if (DeliveryStreamEncryptionConfigurationInput) {
      await context.call('firehose', 'StartDeliveryStreamEncryption', {
        DeliveryStreamName,
        DeliveryStreamEncryptionConfigurationInput,
      });
    } else if (previous.DeliveryStreamEncryptionConfigurationInput) {
      await context.call('firehose', 'StopDeliveryStreamEncryption', { DeliveryStreamName });
    }
    const { wanted, removed: TagKeys } = tagChanges(properties, previous);
    const Tags = Object.entries(wanted).map(([Key, Value]) => ({ Key, Value }));
    if (TagKeys.length > 0)
      await context.call('firehose', 'UntagDeliveryStream', { DeliveryStreamName, TagKeys });
    if (Tags.length > 0) await context.call('firehose', 'TagDeliveryStream', { DeliveryStreamName, Tags });
    return state(DeliveryStreamName, context);
  },

  async delete(DeliveryStreamName, _properties, context) {
    await context.call('firehose', 'DeleteDeliveryStream', { DeliveryStreamName }).catch((error: Error) => {
      if (error.name !== 'ResourceNotFoundException') throw error;
    });
  },
};

/** Templates may write numbers and booleans as text. */
function destinationOf({
  ExtendedS3DestinationConfiguration: given,
}: TemplateProperties): object | undefined {
  if (!given) return undefined;
  const { BufferingHints: hints, CloudWatchLoggingOptions: logging } = given;
  return {
    ...given,
    ...(hints && {
      BufferingHints: Object.fromEntries(Object.entries(hints).map(([name, value]) => [name, Number(value)])),
    }),
    ...(logging && { CloudWatchLoggingOptions: { ...logging, Enabled: String(logging.Enabled) === 'true' } }),
  };
}

function describe(
  DeliveryStreamName: string,
  context: ResourceContext,
): Promise<DescribeDeliveryStreamOutput> {
  return context.call('firehose', 'DescribeDeliveryStream', { DeliveryStreamName });
}

async function state(name: string, context: ResourceContext): Promise<ResourceState> {
  const { DeliveryStreamDescription } = await describe(name, context);
  return { physicalId: name, attributes: { Arn: DeliveryStreamDescription?.DeliveryStreamARN } };
}
