import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { create } from 'tar';
import { readAsset } from '../runtime/read-asset';

export interface SourceArchiveProps {
  /** Folder with the training and inference scripts. */
  readonly path: string;
  /** Files that must be in it. */
  readonly required: string[];
}

/** Where an archive is in S3. */
export interface ArchiveLocation {
  readonly bucket: string;
  readonly key: string;
}

/** The scripts of a model as `sourcedir.tar.gz`, the form in which SageMaker's framework containers take them. */
export class SourceArchive extends Construct {
  /** `s3://` address of the archive. */
  readonly url: string;
  /** Bucket and key of the archive. What a version is made of is copied from there: `cdk gc` deletes old assets. */
  readonly location: ArchiveLocation;
  /** Hash of the content: the version of the code. */
  readonly codeVersion: string;
  private readonly asset: Asset;

  /**
   * @throws Error if the folder or a required file is missing
   */
  constructor(scope: Construct, id: string, props: SourceArchiveProps) {
    super(scope, id);
    const missing = props.required.filter((file) => !existsSync(join(props.path, file)));
    if (missing.length > 0) {
      throw new Error(
        `${this.node.path}: ${missing.join(', ')} not found in the source folder ${props.path}; check the folder and the names of the scripts`,
      );
    }
    const folder = mkdtempSync(join(tmpdir(), 'source-'));
    try {
      const file = join(folder, 'sourcedir.tar.gz');
      // Same content, same archive, same hash: no owner, no times, sorted names.
      create(
        {
          sync: true,
          file,
          cwd: props.path,
          gzip: true,
          portable: true,
          mtime: new Date(0),
          noDirRecurse: false,
        },
        sourceFiles(props.path),
      );
      this.asset = new Asset(this, 'Resource', { path: file });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    this.url = this.asset.s3ObjectUrl;
    this.location = { bucket: this.asset.s3BucketName, key: this.asset.s3ObjectKey };
    this.codeVersion = this.asset.assetHash.slice(0, 12);
  }

  /** Lets somebody read the archive. */
  grantRead(grantee: IGrantable): void {
    readAsset(this.asset, grantee);
  }

  /** Lets somebody read archives of earlier deploys, too: all of that kind among the assets of the account. */
  grantReadFormer(grantee: IGrantable): void {
    const resourceArns = [this.asset.bucket.arnForObjects('*.gz')];
    Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns });
  }
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/(^|\/)(__pycache__|\.[^/]+)(\/|$)/.test(relative(folder, entry)))
    .map((entry) => relative(folder, entry))
    .sort();
}

function relative(folder: string, entry: { readonly parentPath: string; readonly name: string }): string {
  return join(entry.parentPath, entry.name).slice(join(folder, '/').length);
}
