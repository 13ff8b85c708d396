import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import type { PinnedArtifacts, PinnedObject } from '../../contracts/pinned-artifacts';
import { lineageOf } from '../../lambda/domain/records/lineage';
import { pinnedProperties } from '../../lambda/domain/release/pinned-artifacts';
import { type Principal, rolePrincipal } from '../../local/gateway/principal';
import { type Behaviour, MODEL_FILE, SAMPLE, VERSIONS, type Version } from './in-process-models';
import { onnxOf } from './in-process-onnx';
import type { RehearsedPipeline } from './rehearsed-pipeline';
import { FEATURES, LABEL, PIPELINE } from './rehearsed-stack';

/** The features of retrainings, and others, which are not released in their place without being asked for. */
const SCHEMAS: Partial<Record<Version, readonly string[]>> = { '1.2.0': ['first', 'third'] };

export const DATA_VERSION = '0123456789abcdef';
const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3';

/** Two rows of training data say nothing against any traffic. */
const FEATURE = { kind: 'numeric', edges: [0.5], counts: [1, 1], missing: 0 };
const BASELINE = { rows: 2, features: { first: FEATURE, second: FEATURE } };

/** A version in the registry. */
export interface RegisteredPackage {
  readonly modelPackageArn: string;
  readonly pinned: PinnedArtifacts;
  /** Who may write its archive. */
  readonly packager: Principal;
}

/** Registers all versions with what retrainings would have left: archives, baselines, samples. */
export async function registerVersions(
  pipeline: RehearsedPipeline,
): Promise<Map<Version, RegisteredPackage>> {
  const { bucket } = pipeline.resources;
  const packager = await roleOf(pipeline, 'PackageModel');
  const planner = await roleOf(pipeline, 'PlanVersion');
  const profiler = await roleOf(pipeline, 'ProfileBaseline');
  const registrar = await roleOf(pipeline, 'RegisterModel');
  const Key = `datasets/${DATA_VERSION}/samples.csv`;
  await pipeline.call('s3', 'PutObject', { Bucket: bucket, Key, Body: Buffer.from(`${SAMPLE}\n`) });
  const packages = new Map<Version, RegisteredPackage>();
  for (const [version, behaviour] of Object.entries(VERSIONS) as [Version, Behaviour][]) {
    const put = async (file: string, Body: Buffer, writer: Principal): Promise<PinnedObject> => {
      const input = { Bucket: bucket, Key: `models/${version}/${file}`, Body, ChecksumAlgorithm: 'SHA256' };
      const { VersionId } = await pipeline.cloud.call<{ VersionId: string }>(
        's3',
        'PutObject',
        input,
        writer,
      );
      return { versionId: VersionId, sha256: createHash('sha256').update(Body).digest('base64') };
    };
    const archive = archiveOf(behaviour);
    const pinned = {
      model: await put('model.tar.gz', archive, packager),
      code: await put('sourcedir.tar.gz', archive, planner),
      baseline: await put('baseline.json', Buffer.from(JSON.stringify(BASELINE)), profiler),
    };
    await put('artifacts.json', Buffer.from(JSON.stringify(pinned)), registrar);
    packages.set(version, {
      modelPackageArn: await registerPackage(pipeline, version, pinned),
      pinned,
      packager,
    });
  }
  return packages;
}

/** @returns its ARN */
export async function registerPackage(
  pipeline: RehearsedPipeline,
  modelVersion: Version,
  pinned: PinnedArtifacts,
): Promise<string> {
  const { bucket } = pipeline.resources;
  const { ModelPackageArn } = await pipeline.call('sagemaker', 'CreateModelPackage', {
    ModelPackageGroupName: PIPELINE,
    ModelApprovalStatus: 'Approved',
    InferenceSpecification: {
      Containers: [
        {
          Image: IMAGE,
          ModelDataUrl: `s3://${bucket}/models/${modelVersion}/model.tar.gz`,
          Environment: { SAGEMAKER_PROGRAM: 'inference.py' },
        },
      ],
      SupportedContentTypes: ['text/csv'],
      SupportedResponseMIMETypes: ['text/csv'],
    },
    CustomerMetadataProperties: {
      modelVersion,
      dataVersion: DATA_VERSION,
      schemaHash: schemaHashOf(SCHEMAS[modelVersion] ?? FEATURES),
      ...pinnedProperties(pinned),
    },
  });
  return ModelPackageArn;
}

function schemaHashOf(columns: readonly string[]): string {
  const anyway = { dataVersion: DATA_VERSION, codeVersion: '', image: IMAGE, hyperparameters: {} };
  return lineageOf({ ...anyway, label: LABEL, columns }).schemaHash;
}

/** The bucket lets nobody write versions but the functions whose duty it is. */
async function roleOf(pipeline: RehearsedPipeline, name: string): Promise<Principal> {
  const { Functions } = (await pipeline.call('lambda', 'ListFunctions', {})) as {
    Functions: { FunctionName: string; Role: string }[];
  };
  const writer = Functions.find(({ FunctionName }) => FunctionName.includes(name));
  if (!writer) throw new Error(`the pipeline has no function ${name}`);
  return rolePrincipal(writer.Role, name);
}

/** Where a model would be, its behaviour is. */
function archiveOf(behaviour: Behaviour): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'model-'));
  try {
    writeFileSync(join(folder, MODEL_FILE), onnxOf(behaviour));
    create({ file: join(folder, 'model.tar.gz'), cwd: folder, gzip: true, sync: true }, [MODEL_FILE]);
    return readFileSync(join(folder, 'model.tar.gz'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
