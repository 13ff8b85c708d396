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
  const put = (Key: string, Body: Buffer) => pipeline.call('s3', 'PutObject', { Bucket: bucket, Key, Body });
  const packager = await packagerOf(pipeline);
  await put(`datasets/${DATA_VERSION}/samples.csv`, Buffer.from(`${SAMPLE}\n`));
  for (const [modelVersion, behaviour] of Object.entries(VERSIONS)) {
    const Key = `models/${modelVersion}/model.tar.gz`;
    const Body = archiveOf(behaviour);
    await pipeline.cloud.call('s3', 'PutObject', { Bucket: bucket, Key, Body }, packager);
    await put(`models/${modelVersion}/baseline.json`, Buffer.from(JSON.stringify(BASELINE)));
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
async function packagerOf(pipeline: RehearsedPipeline): Promise<Principal> {
  const { Functions } = (await pipeline.call('lambda', 'ListFunctions', {})) as {
    Functions: { FunctionName: string; Role: string }[];
  };
  const packager = Functions.find(({ FunctionName }) => FunctionName.includes('PackageModel'));
  if (!packager) throw new Error('the pipeline has no function that packages models');
  return rolePrincipal(packager.Role, 'PackageModel');
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
