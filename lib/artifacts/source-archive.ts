import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { create } from 'tar';

export interface SourceArchiveProps {
  /** Folder with the training and inference scripts. */
  readonly path: string;
  /** Files that must be in it. */
  readonly required: string[];
}

/** The scripts of a model as `sourcedir.tar.gz`, the form in which SageMaker's framework containers take them. */
export class SourceArchive extends Construct {
  /** `s3://` address of the archive. */
  readonly url: string;
  /** The name that the archive has as a file in a channel. */
  readonly fileName: string;
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
    this.fileName = basename(this.asset.s3ObjectKey);
    this.codeVersion = this.asset.assetHash.slice(0, 12);
  }

  /** Lets somebody read the archive. */
  grantRead(grantee: IGrantable): void {
    this.asset.grantRead(grantee);
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
