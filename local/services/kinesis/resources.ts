import type {
  ResourceContext,
  ResourceProvider,
  ResourceState,
  TemplateProperties,
} from '../../gateway/service';
import { tagChanges, tagMap } from '../template-tags';

const DEFAULT_RETENTION_HOURS = 24;
const DEFAULT_RECORD_KIB = 1_024;

/** AWS::Kinesis::Stream */
export const streamResource: ResourceProvider = {
  properties: [
    'Name',
    'ShardCount',
    'StreamModeDetails',
    'RetentionPeriodHours',
    'MaxRecordSizeInKiB',
    'StreamEncryption',
    'Tags',
  ],
  createOnly: ['Name'],

  async create(properties, context) {
    const StreamName = properties.Name ?? context.generateName({ maxLength: 128 });
    await context.call('kinesis', 'CreateStream', {
      StreamName,
      ShardCount: optionalNumber(properties.ShardCount),
      StreamModeDetails: properties.StreamModeDetails,
      MaxRecordSizeInKiB: optionalNumber(properties.MaxRecordSizeInKiB),
      Tags: properties.Tags?.length ? tagMap(properties.Tags) : undefined,
    });
    await configure(StreamName, properties, {}, context);
    return state(StreamName, context);
  },

  async update(StreamName, properties, previous, context) {
    const { attributes } = await state(StreamName, context);
    const StreamARN = attributes?.Arn;
    if (modeOf(properties) !== modeOf(previous)) {
      const StreamModeDetails = { StreamMode: modeOf(properties) };
      await context.call('kinesis', 'UpdateStreamMode', { StreamARN, StreamModeDetails });
    }
    const { ShardCount } = properties;
    if (ShardCount !== undefined && Number(ShardCount) !== Number(previous.ShardCount)) {
      await context.call('kinesis', 'UpdateShardCount', {
        StreamName,
        TargetShardCount: Number(ShardCount),
        ScalingType: 'UNIFORM_SCALING',
      });
    }
    const sizeOf = ({ MaxRecordSizeInKiB = DEFAULT_RECORD_KIB }: TemplateProperties) =>
      Number(MaxRecordSizeInKiB);
    if (sizeOf(properties) !== sizeOf(previous)) {
      const MaxRecordSizeInKiB = sizeOf(properties);
      await context.call('kinesis', 'UpdateMaxRecordSize', { StreamARN, MaxRecordSizeInKiB });
    }
    await configure(StreamName, properties, previous, context);
    await replaceTags(StreamName, properties, previous, context);
    return state(StreamName, context);
  },

  async delete(StreamName, _properties, context) {
    await context.call('kinesis', 'DeleteStream', { StreamName }).catch(ignoreMissing);
  },
};

/** AWS::Kinesis::ResourcePolicy */
export const resourcePolicyResource: ResourceProvider = {
  properties: ['ResourceArn', 'ResourcePolicy'],
  createOnly: ['ResourceArn'],

  async create(properties, context) {
    await putPolicy(properties, context);
    return { physicalId: properties.ResourceArn };
  },

  async update(physicalId, properties, _previous, context) {
    await putPolicy(properties, context);
    return { physicalId };
  },

  async delete(ResourceARN, _properties, context) {
    await context.call('kinesis', 'DeleteResourcePolicy', { ResourceARN }).catch(ignoreMissing);
  },
};

/** Sets what a stream is not created with. */
async function configure(
  StreamName: string,
  properties: TemplateProperties,
  previous: TemplateProperties,
  context: ResourceContext,
): Promise<void> {
  const hoursOf = ({ RetentionPeriodHours = DEFAULT_RETENTION_HOURS }: TemplateProperties) =>
    Number(RetentionPeriodHours);
  const [hours, before] = [hoursOf(properties), hoursOf(previous)];
  if (hours !== before) {
    const way = hours > before ? 'Increase' : 'Decrease';
    await context.call('kinesis', `${way}StreamRetentionPeriod`, { StreamName, RetentionPeriodHours: hours });
  }
  const [wanted, current] = [properties.StreamEncryption, previous.StreamEncryption];
  if (wanted) await context.call('kinesis', 'StartStreamEncryption', { StreamName, ...wanted });
  else if (current) await context.call('kinesis', 'StopStreamEncryption', { StreamName, ...current });
}

async function replaceTags(
  StreamName: string,
  properties: TemplateProperties,
  previous: TemplateProperties,
  context: ResourceContext,
): Promise<void> {
  const { wanted: Tags, removed: TagKeys } = tagChanges(properties, previous);
  if (TagKeys.length > 0) await context.call('kinesis', 'RemoveTagsFromStream', { StreamName, TagKeys });
  if (Object.keys(Tags).length > 0) await context.call('kinesis', 'AddTagsToStream', { StreamName, Tags });
}

function putPolicy({ ResourceArn, ResourcePolicy }: TemplateProperties, context: ResourceContext) {
  const Policy = typeof ResourcePolicy === 'string' ? ResourcePolicy : JSON.stringify(ResourcePolicy);
  return context.call('kinesis', 'PutResourcePolicy', { ResourceARN: ResourceArn, Policy });
}

async function state(StreamName: string, context: ResourceContext): Promise<ResourceState> {
  const { StreamDescriptionSummary } = await context.call<{
    StreamDescriptionSummary: { StreamARN: string };
  }>('kinesis', 'DescribeStreamSummary', { StreamName });
  return { physicalId: StreamName, attributes: { Arn: StreamDescriptionSummary.StreamARN } };
}

function modeOf({ StreamModeDetails }: TemplateProperties): string {
  return StreamModeDetails?.StreamMode ?? 'PROVISIONED';
}

/** Templates may write numbers as text. */
function optionalNumber(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function ignoreMissing(error: Error): void {
  if (error.name !== 'ResourceNotFoundException') throw error;
}
