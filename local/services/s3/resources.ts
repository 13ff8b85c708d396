import { NotImplementedError } from '../../gateway/aws-error';
import type {
  ResourceContext,
  ResourceProvider,
  ResourceState,
  TemplateProperties,
} from '../../gateway/service';

/** AWS::S3::Bucket */
export function bucketResource(region: string): ResourceProvider {
  const state = (name: string): ResourceState => ({
    physicalId: name,
    attributes: {
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
    },
  });
  return {
    properties: [
      'AccessControl',
      'BucketName',
      'BucketEncryption',
      'CorsConfiguration',
      'LifecycleConfiguration',
      'NotificationConfiguration',
      'OwnershipControls',
      'PublicAccessBlockConfiguration',
      'Tags',
      'VersioningConfiguration',
    ],
    createOnly: ['BucketName'],

    async create(properties, context) {
      const Bucket =
        (properties.BucketName as string | undefined) ??
        context.generateName({ maxLength: 63, lowerCase: true });
      if (properties.AccessControl !== undefined && properties.AccessControl !== 'Private') {
        throw new NotImplementedError(`AccessControl ${properties.AccessControl} of AWS::S3::Bucket`);
      }
      await context.call('s3', 'CreateBucket', { Bucket });
      try {
        await configure(Bucket, properties, {}, context);
      } catch (error) {
        await context.call('s3', 'DeleteBucket', { Bucket });
        throw error;
      }
      return state(Bucket);
    },

    async update(name, properties, previous, context) {
      await configure(name, properties, previous, context);
      return state(name);
    },

    async delete(name, _properties, context) {
      await context.call('s3', 'DeleteBucket', { Bucket: name }).catch((error: Error) => {
        if (error.name !== 'NoSuchBucket') throw error;
      });
    },
  };
}

/** AWS::S3::BucketPolicy */
export const bucketPolicyResource: ResourceProvider = {
  properties: ['Bucket', 'PolicyDocument'],
  createOnly: ['Bucket'],

  async create({ Bucket, PolicyDocument }, context) {
    await context.call('s3', 'PutBucketPolicy', { Bucket, Policy: JSON.stringify(PolicyDocument) });
    return { physicalId: Bucket as string };
  },

  async update(name, { PolicyDocument }, _previous, context) {
    await context.call('s3', 'PutBucketPolicy', { Bucket: name, Policy: JSON.stringify(PolicyDocument) });
    return { physicalId: name };
  },

  async delete(name, _properties, context) {
    await context.call('s3', 'DeleteBucketPolicy', { Bucket: name }).catch((error: Error) => {
      if (error.name !== 'NoSuchBucket') throw error;
    });
  },
};

/** One call for each setting that is there, and one for each that is no longer. */
async function configure(
  Bucket: string,
  properties: TemplateProperties,
  previous: TemplateProperties,
  context: ResourceContext,
): Promise<void> {
  const apply = async (
    property: string,
    put: (value: TemplateProperties) => [string, object],
    remove?: string,
  ) => {
    const value = properties[property] as TemplateProperties | undefined;
    const [operation, input] = put(value ?? {});
    if (value !== undefined) await context.call('s3', operation, { Bucket, ...input });
    else if (previous[property] !== undefined) {
      if (remove) await context.call('s3', remove, { Bucket });
      else await context.call('s3', operation, { Bucket, ...input });
    }
  };
  await apply('VersioningConfiguration', ({ Status = 'Suspended' }) => [
    'PutBucketVersioning',
    { VersioningConfiguration: { Status } },
  ]);
  await apply(
    'BucketEncryption',
    (value) => ['PutBucketEncryption', { ServerSideEncryptionConfiguration: encryption(value) }],
    'DeleteBucketEncryption',
  );
  await apply(
    'PublicAccessBlockConfiguration',
    (value) => ['PutPublicAccessBlock', { PublicAccessBlockConfiguration: value }],
    'DeletePublicAccessBlock',
  );
  await apply(
    'LifecycleConfiguration',
    ({ Rules = [] }) => [
      'PutBucketLifecycleConfiguration',
      { LifecycleConfiguration: { Rules: (Rules as TemplateProperties[]).map(lifecycleRule) } },
    ],
    'DeleteBucketLifecycle',
  );
  await apply('OwnershipControls', (value) => ['PutBucketOwnershipControls', { OwnershipControls: value }]);
  await apply(
    'CorsConfiguration',
    ({ CorsRules = [] }) => ['PutBucketCors', { CORSConfiguration: { CORSRules: CorsRules } }],
    'DeleteBucketCors',
  );
  await apply('NotificationConfiguration', ({ EventBridgeConfiguration, ...others }) => {
    const other = Object.keys(others)[0];
    if (other) throw new NotImplementedError(`NotificationConfiguration.${other} of AWS::S3::Bucket`);
    const wanted =
      EventBridgeConfiguration && String(EventBridgeConfiguration.EventBridgeEnabled ?? true) === 'true';
    return [
      'PutBucketNotificationConfiguration',
      { NotificationConfiguration: wanted ? { EventBridgeConfiguration: {} } : {} },
    ];
  });
  await apply('Tags', (value) => ['PutBucketTagging', { Tagging: { TagSet: value } }], 'DeleteBucketTagging');
}

function encryption({ ServerSideEncryptionConfiguration = [] }: TemplateProperties): TemplateProperties {
  return {
    Rules: (ServerSideEncryptionConfiguration as TemplateProperties[]).map(
      ({ ServerSideEncryptionByDefault, BucketKeyEnabled }) => ({
        ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
        BucketKeyEnabled,
      }),
    ),
  };
}

/** CloudFormation writes some things flat that the API nests. */
function lifecycleRule({ Id, Prefix, ExpirationInDays, ...rest }: TemplateProperties): TemplateProperties {
  return {
    ID: Id,
    ...(Prefix !== undefined && { Prefix }),
    ...(ExpirationInDays !== undefined && { Expiration: { Days: Number(ExpirationInDays) } }),
    ...rest,
  };
}
