import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { explain, explainCompliance } from '../platform/explained-rules';

export interface ArtifactBucketProps {
  /**
   * What becomes of data and models when the stack is deleted; DESTROY also empties the bucket.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long recorded requests and responses, and what was read from them, are kept.
   * @default 90 days
   */
  readonly captureRetention?: Duration;

  /**
   * Key that encrypts objects.
   * @default - a key of S3
   */
  readonly encryptionKey?: IKey;
}

const LOGGING =
  'access logs need the log bucket of your account: give the pipeline a bucket of your own that has serverAccessLogsBucket, or record data events in AWS CloudTrail';

/**
 * The one bucket of a pipeline: versioned, encrypted, TLS-only, never public. `docs/architecture.md` has its
 * layout.
 */
export class ArtifactBucket extends Construct {
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, props: ArtifactBucketProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const bucket = new Bucket(this, 'Resource', {
      versioned: true,
      ...(props.encryptionKey
        ? { encryption: BucketEncryption.KMS, encryptionKey: props.encryptionKey, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
      lifecycleRules: [
        { id: 'capture', prefix: 'capture/', expiration: props.captureRetention ?? Duration.days(90) },
        { id: 'answers', prefix: 'answers/', expiration: props.captureRetention ?? Duration.days(90) },
        // No training job lasts longer than that.
        {
          id: 'checkpoints',
          prefix: 'checkpoints/',
          expiration: Duration.days(30),
          noncurrentVersionExpiration: Duration.days(1),
        },
        // What ended is recorded again, if at all, within days. Step Functions keeps the names of executions
        // for 90 days.
        { id: 'recorded', prefix: 'recorded/', expiration: Duration.days(90) },
        // The archive of a version is copied from here.
        {
          id: 'training-output',
          prefix: 'training-output/',
          expiration: Duration.days(90),
          noncurrentVersionExpiration: Duration.days(1),
        },
        // Clients have taken their answers by then.
        {
          id: 'asynchronous',
          prefix: 'asynchronous/',
          expiration: Duration.days(30),
          noncurrentVersionExpiration: Duration.days(1),
        },
        // What was registered was copied from here.
        {
          id: 'uploads',
          prefix: 'uploads/',
          expiration: Duration.days(30),
          noncurrentVersionExpiration: Duration.days(1),
        },
        { id: 'uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
        // The ledger, models and datasets refer to versions by id: those are never expired.
        { id: 'old-profiles', prefix: 'profiles/', noncurrentVersionExpiration: Duration.days(30) },
      ],
    });
    // The prop `eventBridgeEnabled` would add a custom resource for what CloudFormation does by itself.
    (bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    explain(this, 'S1', LOGGING);
    explainCompliance(bucket, 'S3BucketLoggingEnabled', LOGGING);
    explainCompliance(
      this,
      'S3BucketReplicationEnabled',
      'replication needs a bucket in another region: give the pipeline a bucket of your own that has it',
    );
    this.bucket = bucket;
  }
}
