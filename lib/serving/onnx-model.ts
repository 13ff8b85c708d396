import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { readAsset } from '../runtime/read-asset';
import { Validation } from '../runtime/validation';

/** What a function needs to know of its model. */
export interface BoundOnnxModel {
  readonly bucket: IBucket;
  readonly key: string;
  /** S3's id of the object's version; undefined for the newest. */
  readonly objectVersion?: string;
  /** Changes with the content, as far as it is known. */
  readonly version: string;
  readonly grantRead: (grantee: IGrantable) => void;
}

/** A model in ONNX, that a {@link LambdaInference} answers with. */
export abstract class OnnxModel {
  /**
   * A local file, which is uploaded with the deployment: a model in ONNX, a `.tar.gz` with `model.onnx`, or a
   * folder with `model.onnx`.
   */
  static fromAsset(path: string): OnnxModel {
    return new AssetModel(path);
  }

  /**
   * An object in S3: a model in ONNX, or a `.tar.gz` with `model.onnx`.
   *
   * @param objectVersion S3's id of the object's version; without it, each new instance of the function loads
   * the newest
   */
  static fromBucket(bucket: IBucket, key: string, objectVersion?: string): OnnxModel {
    return new StoredModel(bucket, key, objectVersion);
  }

  /**
   * @throws Error if a local file is missing
   * @internal
   */
  abstract _bind(scope: Construct): BoundOnnxModel;
}

class AssetModel extends OnnxModel {
  constructor(private readonly path: string) {
    super();
  }

  _bind(scope: Construct): BoundOnnxModel {
    const { path } = this;
    const file = existsSync(path) && statSync(path).isDirectory() ? join(path, 'model.onnx') : path;
    if (!existsSync(file)) {
      new Validation(scope)
        .add(`the model ${file} does not exist: export the model to ONNX, or correct the path`)
        .finish();
    }
    const asset = new Asset(scope, 'Model', { path: file });
    return {
      bucket: asset.bucket,
      key: asset.s3ObjectKey,
      version: asset.assetHash.slice(0, 12),
      grantRead: (grantee) => readAsset(asset, grantee),
    };
  }
}

class StoredModel extends OnnxModel {
  constructor(
    private readonly bucket: IBucket,
    private readonly key: string,
    private readonly objectVersion: string | undefined,
  ) {
    super();
  }

  _bind(): BoundOnnxModel {
    const { bucket, key, objectVersion } = this;
    return {
      bucket,
      key,
      objectVersion,
      version: objectVersion ?? 'newest',
      grantRead: (grantee) => {
        bucket.encryptionKey?.grantDecrypt(grantee);
        Grant.addToPrincipal({
          grantee,
          actions: [objectVersion === undefined ? 's3:GetObject' : 's3:GetObjectVersion'],
          resourceArns: [bucket.arnForObjects(key)],
        });
      },
    };
  }
}
