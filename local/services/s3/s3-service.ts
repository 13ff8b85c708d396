import * as sdk from '@aws-sdk/client-s3';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { parsePolicy } from '../policy-text';
import { bucketOperations } from './bucket-operations';
import { forExpectedOwner } from './bucket-owner';
import { implementedInputs } from './inputs';
import { listOperations } from './list-operations';
import { multipartOperations } from './multipart-operations';
import { ObjectEncryption } from './object-encryption';
import { ObjectEvents } from './object-events';
import { objectOperations } from './object-operations';
import { ObjectStore } from './object-store';
import { permissionsOf } from './permissions';
import { bucketPolicyResource, bucketResource } from './resources';

/** S3: versioned objects in buckets. */
export class S3Service implements Service {
  readonly name = 's3';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly operations: Operations<typeof sdk>;
  readonly resources: Readonly<Record<string, ResourceProvider>>;
  private readonly store: ObjectStore;
  private readonly encryption: ObjectEncryption;

  /** @param largestCopyBytes what is copied in one call; AWS's 5 GiB by default */
  constructor(cloud: Cloud, largestCopyBytes?: number) {
    this.store = new ObjectStore(cloud, largestCopyBytes);
    this.encryption = new ObjectEncryption(cloud);
    const events = new ObjectEvents(cloud);
    this.operations = forExpectedOwner(cloud.account, {
      ...bucketOperations(cloud, this.store),
      ...objectOperations(cloud, this.store, events, this.encryption),
      ...listOperations(this.store),
      ...multipartOperations(cloud, this.store, events, this.encryption),
    });
    this.resources = {
      'AWS::S3::Bucket': bucketResource(cloud.region),
      'AWS::S3::BucketPolicy': bucketPolicyResource,
    };
  }

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    return permissionsOf(this.store, this.encryption, operation, input);
  }

  resourcePolicy(arn: string) {
    const bucket = /^arn:aws:s3:::([^/]+)/.exec(arn)?.[1];
    return parsePolicy(bucket ? this.store.buckets.get(bucket)?.policy : undefined);
  }
}
