import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { SERVING_PACKAGES } from '../containers/script-environment';
import { packageFile } from '../runtime/asset-path';
import { readAsset } from '../runtime/read-asset';
import { lastCommitOf } from './last-commit';
import { tarArchive } from './tar-archive';

export interface SourceArchiveProps {
  /** Folder with the training and inference scripts. */
  readonly path: string;
  /**
   * The script that trains.
   * @default - the scripts only serve
   */
  readonly trainingScript?: string;
  /**
   * Whether the training container installs the folder by pip before it runs the entry point.
   * @default false
   */
  readonly isInstalled?: boolean;
  /**
   * Folder of a model's `code/` in which the serving container finds the packages that its image lacks.
   * @default - that of `scriptEnvironment`
   */
  readonly servingPackages?: string;
  /** Other files that must be in it. */
  readonly required: string[];
}

/** Where an archive is in S3. */
export interface ArchiveLocation {
  readonly bucket: string;
  readonly key: string;
}

/** Folder of the archive, and of a model's code, that holds what is not the user's. */
const OWN_FOLDER = 'model_pipeline';

/**
 * What `sagemaker-training` and `sagemaker-containers` install by themselves if a folder of scripts has it.
 */
const REQUIREMENTS = 'requirements.txt';

/**
 * Its name in the archive: the entry point installs it, so that training and serving get the same packages.
 */
const KEPT_REQUIREMENTS = 'requirements.model-pipeline.txt';

/** What the serving container needs, if that is less than the training script does. */
const SERVING_REQUIREMENTS = 'requirements-serving.txt';

/** What a folder of scripts must not have. */
const REFUSED: { [name: string]: string } = {
  [OWN_FOLDER]: 'which is the name of a folder that the archive gets; rename it',
  // sagemaker-training 4.8.0, `_entry_point_type.py`: a folder with it is a package, whose modules run by
  // `python -m`.
  'setup.py':
    'with which a container installs the folder as a package; remove it: scripts import from the folder as it is',
};

/** What a folder that only serves must not have, either. */
const REFUSED_TO_SERVE: { [name: string]: string } = Object.fromEntries(
  [REQUIREMENTS, SERVING_REQUIREMENTS].map((name) => [
    name,
    'which a container would install whenever it starts, from an index that may have changed; put the scripts and their packages into code/ of each model archive instead',
  ]),
);

/**
 * A build that needs nothing but the archive, as `train.py` writes it into the archives of models: pip would
 * fetch setuptools for any other.
 */
const PYPROJECT = `[build-system]
requires = []
build-backend = "serving_build"
backend-path = ["${OWN_FOLDER}"]
`;

/** What pip would take for the build of the folder. */
const BUILD_FILES = ['setup.cfg', 'pyproject.toml'];

/**
 * The scripts of a model as `sourcedir.tar.gz`, the form that SageMaker's framework containers
 * accept. Scripts that train get an entry point that prepares the files for serving and then runs the
 * training script; scripts that a container installs get a build that needs no network.
 */
export class SourceArchive extends Construct {
  /** The script that a training job runs. */
  static readonly ENTRY_POINT = `${OWN_FOLDER}/train.py`;
  /** The same as a module, where a training job runs one. */
  static readonly ENTRY_MODULE = `${OWN_FOLDER}.train`;
  /** `s3://` address of the archive. */
  readonly url: string;
  /**
   * Bucket and key of the archive. What a version is made of is copied from there: `cdk gc` deletes old
   * assets.
   */
  readonly location: ArchiveLocation;
  /** Hash of the content: the version of the code. */
  readonly codeVersion: string;
  /** Git commit that last changed the folder, if it is under version control and has no other changes. */
  readonly commit?: string;
  private readonly asset: Asset;

  /**
   * @throws Error if the folder or a required file is missing
   */
  constructor(scope: Construct, id: string, props: SourceArchiveProps) {
    super(scope, id);
    const missing = [...(props.trainingScript ? [props.trainingScript] : []), ...props.required].filter(
      (file) => !existsSync(join(props.path, file)),
    );
    if (missing.length > 0) {
      throw new Error(
        `${this.node.path}: ${missing.join(', ')} not found in the source folder ${props.path}; check the folder and the names of the scripts`,
      );
    }
    const refused = props.trainingScript ? REFUSED : { ...REFUSED, ...REFUSED_TO_SERVE };
    for (const [name, problem] of Object.entries(refused)) {
      if (existsSync(join(props.path, name))) {
        throw new Error(`${this.node.path}: the source folder ${props.path} has ${name}, ${problem}`);
      }
    }
    const folder = mkdtempSync(join(tmpdir(), 'source-'));
    try {
      const staged = join(folder, 'staged');
      stage(props, staged);
      const file = join(folder, 'sourcedir.tar.gz');
      writeFileSync(file, tarArchive(staged, sourceFiles(staged)));
      this.asset = new Asset(this, 'Resource', { path: file });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    this.url = this.asset.s3ObjectUrl;
    this.location = { bucket: this.asset.s3BucketName, key: this.asset.s3ObjectKey };
    this.codeVersion = this.asset.assetHash.slice(0, 12);
    this.commit = lastCommitOf(props.path);
  }

  /** Lets somebody read the archive. */
  grantRead(grantee: IGrantable): void {
    readAsset(this.asset, grantee);
  }

  /**
   * Lets somebody read archives of earlier deploys, too: all of that kind among the assets of the account.
   * Their names are hashes of which the template knows only the newest, and assets have no tags.
   */
  grantReadFormer(grantee: IGrantable): void {
    const resourceArns = [this.asset.bucket.arnForObjects('*.gz')];
    Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns });
  }
}

/** Puts the files of the archive into a folder. */
function stage(props: SourceArchiveProps, folder: string): void {
  const { path, trainingScript, isInstalled, servingPackages = SERVING_PACKAGES } = props;
  const needsBuild = !trainingScript || isInstalled;
  const place = (name: string) => {
    const target = join(folder, name);
    mkdirSync(dirname(target), { recursive: true });
    return target;
  };
  for (const name of sourceFiles(path)) {
    if (needsBuild && BUILD_FILES.includes(name)) continue;
    copyFileSync(join(path, name), place(name === REQUIREMENTS ? KEPT_REQUIREMENTS : name));
  }
  for (const name of [...(trainingScript ? ['train.py'] : []), 'serving_build.py']) {
    copyFileSync(packageFile('lib', 'artifacts', 'container', name), place(`${OWN_FOLDER}/${name}`));
  }
  if (needsBuild) writeFileSync(place('pyproject.toml'), PYPROJECT);
  if (!trainingScript) return;
  const settings = {
    script: trainingScript,
    requirements: KEPT_REQUIREMENTS,
    servingRequirements: SERVING_REQUIREMENTS,
    servingPackages,
  };
  writeFileSync(place(`${OWN_FOLDER}/settings.json`), JSON.stringify(settings));
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
