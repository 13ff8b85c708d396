import { readFileSync } from 'node:fs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import type { ObjectLocation } from '../../contracts/object-location';
import type { PartFunction } from '../runtime/part-function';
import { Validation } from '../runtime/validation';

/** Where a baseline is, and how a function may read it. */
interface BoundBaseline {
  readonly location: ObjectLocation;
  readonly allowRead: (handler: PartFunction) => void;
}

/**
 * The profile of a model's training data, with which its traffic is compared. The command `model-pipeline
 * baseline train.csv` makes it; retrainings of a {@link ModelPipeline} make one of each version.
 */
export abstract class MonitorBaseline {
  /**
   * A baseline in S3, read every hour: whoever puts another model on the endpoint replaces it.
   *
   * @param key of the JSON document
   */
  static fromBucket(bucket: IBucket, key: string): MonitorBaseline {
    return new BaselineInBucket(bucket, key);
  }

  /** A baseline beside the app, deployed with it. @param path of the JSON document */
  static fromFile(path: string): MonitorBaseline {
    return new BaselineFile(path);
  }

  /**
   * @internal
   * @throws Error if the file is no baseline
   */
  public abstract _bind(scope: Construct): BoundBaseline;
}

class BaselineInBucket extends MonitorBaseline {
  constructor(
    private readonly bucket: IBucket,
    private readonly key: string,
  ) {
    super();
  }

  public _bind(): BoundBaseline {
    const { bucket, key } = this;
    return {
      location: { bucket: bucket.bucketName, key },
      allowRead: (handler) => handler.canReadFrom(bucket, key),
    };
  }
}

class BaselineFile extends MonitorBaseline {
  constructor(private readonly path: string) {
    super();
  }

  public _bind(scope: Construct): BoundBaseline {
    new Validation(scope)
      .check(
        this.path,
        isBaseline(this.path),
        'baseline must be a JSON document with rows and features: model-pipeline baseline train.csv makes one',
      )
      .finish();
    const { bucket, s3ObjectKey } = new Asset(scope, 'Baseline', { path: this.path });
    return {
      location: { bucket: bucket.bucketName, key: s3ObjectKey },
      allowRead: (handler) => handler.canReadFrom(bucket, s3ObjectKey),
    };
  }
}

/** The function that reads it checks the rest. */
function isBaseline(path: string): boolean {
  try {
    const { rows, features } = JSON.parse(readFileSync(path, 'utf8'));
    return typeof rows === 'number' && typeof features === 'object';
  } catch {
    return false;
  }
}
