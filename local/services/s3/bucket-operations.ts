import type * as sdk from '@aws-sdk/client-s3';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import type { Cloud, Operations } from '../../gateway/service';
import { parsePolicy } from '../policy-text';
import { checkLifecycle } from './lifecycle';
import type { ObjectStore } from './object-store';

/** Operations on buckets and their settings. */
export function bucketOperations(cloud: Cloud, store: ObjectStore) {
  const bucketOf = (input: { Bucket: string | undefined }) => store.bucket(input.Bucket as string);

  const operations = {
    CreateBucket: (input) => {
      checkLocation(cloud.region, input.CreateBucketConfiguration?.LocationConstraint);
      const name = input.Bucket as string;
      if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
        throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', {
          extra: { BucketName: name },
        });
      }
      if (store.buckets.has(name)) {
        throw new AwsError(
          'BucketAlreadyOwnedByYou',
          'Your previous request to create the named bucket succeeded and you already own it.',
          { status: 409, extra: { BucketName: name } },
        );
      }
      store.buckets.set(name, {
        name,
        created: cloud.clock.date(),
        sendsEvents: false,
        encryption: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
        ...(input.ObjectOwnership && {
          ownershipControls: { Rules: [{ ObjectOwnership: input.ObjectOwnership }] },
        }),
      });
      return { Location: `/${name}`, BucketArn: `arn:aws:s3:::${name}` };
    },

    DeleteBucket: (input) => {
      const { name } = bucketOf(input);
      if (store.versions(name).size > 0) {
        throw new AwsError(
          'BucketNotEmpty',
          'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
          { status: 409, extra: { BucketName: name } },
        );
      }
      store.buckets.delete(name);
      return {};
    },

    HeadBucket: (input) => {
      if (!store.buckets.has(input.Bucket as string))
        throw new AwsError('NotFound', 'Not Found', { status: 404 });
      return { BucketRegion: cloud.region };
    },

    ListBuckets: (input) => ({
      Buckets: [...store.buckets.values()]
        .filter(({ name }) => name.startsWith(input.Prefix ?? ''))
        .map(({ name, created }) => ({ Name: name, CreationDate: created, BucketRegion: cloud.region }))
        .sort((a, b) => a.Name.localeCompare(b.Name)),
      Owner: { ID: cloud.account, DisplayName: 'local' },
    }),

    GetBucketLocation: (input) => {
      bucketOf(input);
      // The first region has no name here.
      return {
        LocationConstraint:
          cloud.region === 'us-east-1' ? undefined : (cloud.region as sdk.BucketLocationConstraint),
      };
    },

    PutBucketVersioning: (input) => {
      bucketOf(input).versioning = input.VersioningConfiguration?.Status;
      return {};
    },
    GetBucketVersioning: (input) => ({ Status: bucketOf(input).versioning }),

    PutBucketPolicy: (input) => {
      const bucket = bucketOf(input);
      if (!parsePolicy(input.Policy))
        throw new AwsError('MalformedPolicy', 'This policy contains invalid Json');
      bucket.policy = input.Policy;
      return {};
    },
    GetBucketPolicy: (input) => ({
      Policy: set(bucketOf(input).policy, 'NoSuchBucketPolicy', 'The bucket policy does not exist'),
    }),
    DeleteBucketPolicy: (input) => {
      delete bucketOf(input).policy;
      return {};
    },

    PutBucketEncryption: (input) => {
      bucketOf(input).encryption = input.ServerSideEncryptionConfiguration;
      return {};
    },
    GetBucketEncryption: (input) => ({ ServerSideEncryptionConfiguration: bucketOf(input).encryption }),
    DeleteBucketEncryption: (input) => {
      bucketOf(input).encryption = {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      };
      return {};
    },

    PutPublicAccessBlock: (input) => {
      bucketOf(input).publicAccessBlock = input.PublicAccessBlockConfiguration;
      return {};
    },
    GetPublicAccessBlock: (input) => ({
      PublicAccessBlockConfiguration: set(
        bucketOf(input).publicAccessBlock,
        'NoSuchPublicAccessBlockConfiguration',
        'The public access block configuration was not found',
      ),
    }),
    DeletePublicAccessBlock: (input) => {
      delete bucketOf(input).publicAccessBlock;
      return {};
    },

    PutBucketLifecycleConfiguration: (input) => {
      const rules = input.LifecycleConfiguration?.Rules ?? [];
      checkLifecycle(rules);
      bucketOf(input).lifecycleRules = rules;
      return {};
    },
    GetBucketLifecycleConfiguration: (input) => ({
      Rules: set(
        bucketOf(input).lifecycleRules,
        'NoSuchLifecycleConfiguration',
        'The lifecycle configuration does not exist',
      ),
    }),
    DeleteBucketLifecycle: (input) => {
      delete bucketOf(input).lifecycleRules;
      return {};
    },

    PutBucketOwnershipControls: (input) => {
      bucketOf(input).ownershipControls = input.OwnershipControls;
      return {};
    },
    GetBucketOwnershipControls: (input) => ({
      OwnershipControls: set(
        bucketOf(input).ownershipControls,
        'OwnershipControlsNotFoundError',
        'The bucket ownership controls were not found',
      ),
    }),

    PutBucketCors: (input) => {
      bucketOf(input).corsRules = input.CORSConfiguration?.CORSRules;
      return {};
    },
    GetBucketCors: (input) => ({
      CORSRules: set(
        bucketOf(input).corsRules,
        'NoSuchCORSConfiguration',
        'The CORS configuration does not exist',
      ),
    }),
    DeleteBucketCors: (input) => {
      delete bucketOf(input).corsRules;
      return {};
    },

    PutBucketTagging: (input) => {
      bucketOf(input).tags = input.Tagging?.TagSet;
      return {};
    },
    GetBucketTagging: (input) => ({
      TagSet: set(bucketOf(input).tags, 'NoSuchTagSet', 'The TagSet does not exist'),
    }),
    DeleteBucketTagging: (input) => {
      delete bucketOf(input).tags;
      return {};
    },

    PutBucketNotificationConfiguration: (input) => {
      const { EventBridgeConfiguration, ...others } = input.NotificationConfiguration ?? {};
      const other = Object.entries(others).find(([, list]) => Array.isArray(list) && list.length > 0);
      if (other) throw new NotImplementedError(`${other[0]} of bucket notifications; use EventBridge`);
      bucketOf(input).sendsEvents = EventBridgeConfiguration !== undefined;
      return {};
    },
    GetBucketNotificationConfiguration: (input) =>
      bucketOf(input).sendsEvents ? { EventBridgeConfiguration: {} } : {},
  } satisfies Operations<typeof sdk>;
  return operations;
}

function set<Value>(value: Value | undefined, code: string, message: string): Value {
  if (value === undefined) throw new AwsError(code, message, { status: 404 });
  return value;
}

/**
 * Recorded by LocalStack on AWS (`tests/aws/services/s3/test_s3.snapshot.json`).
 *
 * @throws AwsError if a bucket is to be in another region than the one that is asked
 */
function checkLocation(region: string, wanted: string | undefined): void {
  if (wanted === undefined || (wanted === region && region !== 'us-east-1')) return;
  if (wanted === 'us-east-1') {
    throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid', {
      extra: { LocationConstraint: wanted },
    });
  }
  throw new AwsError(
    'IllegalLocationConstraintException',
    `The ${wanted} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}
