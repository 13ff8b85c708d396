import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { ModelRegistry } from '../../lambda/aws/model-registry';
import { ArtifactStore } from '../../lambda/aws/store';
import { manifestKey, modelKey } from '../../lambda/domain/bucket-layout';
import { type DatasetManifest, parseManifest } from '../../lambda/domain/dataset';
import { parseEvaluationReport } from '../../lambda/domain/evaluation-report/evaluation-report';
import { type ModelPlan, parseModelPlan } from '../../lambda/domain/model-plan';
import { archiveFiles } from './archive-files';
import type { Aws } from './aws';
import type { Pipeline } from './pipeline';

/** What a version was made of, and what came of it. */
export interface VersionFacts {
  readonly modelVersion: string;
  readonly plan: ModelPlan;
  readonly data: DatasetManifest['files'];
  /** SHA-256 of the scripts, by their paths. */
  readonly code: ReadonlyMap<string, string>;
  readonly metrics: readonly { readonly title: string; readonly value: number }[];
  /** Of `model.tar.gz`. */
  readonly bytes: number;
}

/** @throws UnknownModelVersionError */
export async function versionFacts(
  aws: Aws,
  { resources }: Pipeline,
  modelVersion: string,
): Promise<VersionFacts> {
  const registry = new ModelRegistry(aws.sagemaker, resources.modelPackageGroup);
  const { container } = await registry.get(modelVersion);
  const store = new ArtifactStore(aws.s3, resources.bucket);
  const plan = parseModelPlan(await store.readText(modelKey(modelVersion, 'plan.json')));
  const [manifest, evaluation, size, source] = await Promise.all([
    store.readText(manifestKey(plan.lineage.dataVersion)),
    store.tryReadText(modelKey(modelVersion, 'evaluation-report.json')),
    aws.s3.send(
      new HeadObjectCommand({ Bucket: resources.bucket, Key: modelKey(modelVersion, 'model.tar.gz') }),
    ),
    readUri(aws, container.environment.SAGEMAKER_SUBMIT_DIRECTORY ?? ''),
  ]);
  return {
    modelVersion,
    plan,
    data: parseManifest(manifest).files,
    code: await archiveFiles(source),
    metrics: evaluation
      ? parseEvaluationReport(evaluation).metrics.map(({ title, challenger }) => ({
          title,
          value: challenger,
        }))
      : [],
    bytes: size.ContentLength ?? 0,
  };
}

/** Content of an object at an `s3://` URI. */
export function readUri(aws: Aws, uri: string): Promise<Uint8Array> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (!bucket || !key) throw new Error(`'${uri}' is no s3:// URI of an object`);
  return new ArtifactStore(aws.s3, bucket).readBytes(key);
}
