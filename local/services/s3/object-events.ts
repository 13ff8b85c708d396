import type { Cloud } from '../../gateway/service';
import type { EventBridgeService } from '../eventbridge/eventbridge-service';
import type { Bucket, ObjectVersion } from './bucket';

/** Tells EventBridge of new and deleted objects, for buckets that want it. */
export class ObjectEvents {
  private count = 0;

  constructor(private readonly cloud: Cloud) {}

  created(bucket: Bucket, version: ObjectVersion, reason: string): void {
    this.emit(bucket, version, 'Object Created', { reason });
  }

  deleted(bucket: Bucket, version: ObjectVersion): void {
    const kind = version.isDeleteMarker ? 'Delete Marker Created' : 'Permanently Deleted';
    this.emit(bucket, version, 'Object Deleted', { reason: 'DeleteObject', 'deletion-type': kind });
  }

  private emit(bucket: Bucket, version: ObjectVersion, detailType: string, more: object): void {
    if (!bucket.sendsEvents) return;
    this.count++;
    this.cloud.service<EventBridgeService>('events').emit({
      source: 'aws.s3',
      'detail-type': detailType,
      resources: [`arn:aws:s3:::${bucket.name}`],
      detail: {
        version: '0',
        bucket: { name: bucket.name },
        object: {
          key: version.key,
          size: version.size,
          etag: version.etag.replace(/"/g, ''),
          ...(version.versionId !== 'null' && { 'version-id': version.versionId }),
          sequencer: this.count.toString(16).toUpperCase().padStart(18, '0'),
        },
        requester: this.cloud.account,
        ...more,
      },
    });
  }
}
