import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { type Principal, rolePrincipal } from '../../local/gateway/principal';
import { SAMPLE, VERSIONS } from './in-process-models';
import type { RehearsedPipeline } from './rehearsed-pipeline';
import { PIPELINE } from './rehearsed-stack';

const DATA_VERSION = '0123456789abcdef';
const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3';

/** Two rows of training data say nothing against any traffic. */
const FEATURE = { kind: 'numeric', edges: [0.5], counts: [1, 1], missing: 0 };
const BASELINE = { rows: 2, features: { first: FEATURE, second: FEATURE } };

/** Registers all versions with what retrainings would have left: archives, baselines, samples. */
export async function registerVersions(pipeline: RehearsedPipeline): Promise<void> {
  const { bucket } = pipeline.resources;
  const packager = await roleOf(pipeline, 'PackageModel');
  const profiler = await roleOf(pipeline, 'ProfileBaseline');
  const put = (Key: string, Body: Buffer, writer: Principal) =>
    pipeline.cloud.call('s3', 'PutObject', { Bucket: bucket, Key, Body }, writer);
  const Key = `datasets/${DATA_VERSION}/samples.csv`;
  await pipeline.call('s3', 'PutObject', { Bucket: bucket, Key, Body: Buffer.from(`${SAMPLE}\n`) });
  for (const [modelVersion, behaviour] of Object.entries(VERSIONS)) {
    await put(`models/${modelVersion}/model.tar.gz`, archiveOf(behaviour), packager);
    await put(`models/${modelVersion}/baseline.json`, Buffer.from(JSON.stringify(BASELINE)), profiler);
    await pipeline.call('sagemaker', 'CreateModelPackage', {
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
      CustomerMetadataProperties: { modelVersion, dataVersion: DATA_VERSION },
    });
  }
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
function archiveOf(behaviour: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'model-'));
  try {
    writeFileSync(join(folder, 'model.onnx'), behaviour);
    create({ file: join(folder, 'model.tar.gz'), cwd: folder, gzip: true, sync: true }, ['model.onnx']);
    return readFileSync(join(folder, 'model.tar.gz'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
