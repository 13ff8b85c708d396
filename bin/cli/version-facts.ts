import { HeadObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { ModelRegistry } from '../../lambda/aws/model-registry';
import { ArtifactStore, locationOf } from '../../lambda/aws/store';
import { type DatasetManifest, parseManifest } from '../../lambda/domain/data/dataset';
import { type EvaluationReport, parseEvaluationReport } from '../../lambda/domain/gate/evaluation-report';
import { manifestKey, modelKey } from '../../lambda/domain/records/bucket-layout';
import { parseDocument } from '../../lambda/domain/records/document';
import { type ModelPlan, parseModelPlan } from '../../lambda/domain/release/model-plan';
import { archiveFiles } from './archive-files';
import type { Aws } from './aws';
import type { Pipeline } from './pipeline';

/** What a version was made of, and what came of it. */
export interface VersionFacts {
  readonly modelVersion: string;
  readonly plan: ModelPlan;
  /** Those that were given, and those that were found by a search. */
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly data: DatasetManifest['files'];
  /** SHA-256 of the scripts, by their paths. */
  readonly code: ReadonlyMap<string, string>;
  readonly metrics: readonly { readonly title: string; readonly value: number }[];
  /** The same of the champion that it was compared with, on the same holdout; undefined without one. */
  readonly champion?: {
    readonly modelVersion: string;
    readonly metrics: readonly { readonly title: string; readonly value: number }[];
  };
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
  const [manifest, card, evaluation, size, source] = await Promise.all([
    store.readText(manifestKey(plan.lineage.dataVersion)),
    store.readText(modelKey(modelVersion, 'model-card.json')),
    store.tryReadText(modelKey(modelVersion, 'evaluation-report.json')),
    aws.s3.send(
      new HeadObjectCommand({ Bucket: resources.bucket, Key: modelKey(modelVersion, 'model.tar.gz') }),
    ),
    // An older version has its scripts where its package says until it is released once more.
    readUri(aws, archiveOf(container.environment, store.uriOf(modelKey(modelVersion, 'sourcedir.tar.gz')))),
  ]);
  return {
    modelVersion,
    plan,
    hyperparameters: hyperparametersOf(parseDocument(trainedWith, card, `model card of ${modelVersion}`)),
    data: parseManifest(manifest).files,
    code: await archiveFiles(source),
    ...(evaluation === undefined ? { metrics: [] } : metricsOf(parseEvaluationReport(evaluation))),
    bytes: size.ContentLength ?? 0,
  };
}

function metricsOf({ champion, metrics }: EvaluationReport): Pick<VersionFacts, 'metrics' | 'champion'> {
  return {
    metrics: metrics.map(({ title, challenger }) => ({ title, value: challenger })),
    ...(champion !== null && {
      champion: {
        modelVersion: champion,
        metrics: metrics.flatMap(({ title, against }) =>
          against ? [{ title, value: against.champion }] : [],
        ),
      },
    }),
  };
}

function archiveOf(
  { SAGEMAKER_SUBMIT_DIRECTORY = '' }: Readonly<Record<string, string>>,
  own: string,
): string {
  return SAGEMAKER_SUBMIT_DIRECTORY.startsWith('s3://') ? SAGEMAKER_SUBMIT_DIRECTORY : own;
}

function hyperparametersOf({ training_details }: z.infer<typeof trainedWith>): Record<string, string> {
  const { hyper_parameters } = training_details.training_job_details;
  return Object.fromEntries(hyper_parameters.map(({ name, value }) => [name, value]));
}

const trainedWith = z.object({
  training_details: z.object({
    training_job_details: z.object({
      hyper_parameters: z.array(z.object({ name: z.string(), value: z.string() })),
    }),
  }),
});

/** Content of an object at an `s3://` URI. */
export function readUri(aws: Aws, uri: string): Promise<Uint8Array> {
  const { bucket, key } = locationOf(uri);
  return new ArtifactStore(aws.s3, bucket).readBytes(key);
}
