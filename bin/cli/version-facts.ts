import { HeadObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { ModelSignature } from '../../contracts/model-signature';
import { ModelRegistry, type RegisteredVersion } from '../../lambda/aws/model-registry';
import { readModelSignature } from '../../lambda/aws/model-signatures';
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
  /** Undefined of a version that was registered before versions had one. */
  readonly signature?: ModelSignature | undefined;
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
  const { dataVersion } = plan.lineage;
  const [manifest, card, evaluation, size, code, signature] = await Promise.all([
    // A version that was registered without a sample has none.
    dataVersion === '' ? undefined : store.readText(manifestKey(dataVersion)),
    store.readText(modelKey(modelVersion, 'model-card.json')),
    store.tryReadText(modelKey(modelVersion, 'evaluation-report.json')),
    aws.s3.send(
      new HeadObjectCommand({ Bucket: resources.bucket, Key: modelKey(modelVersion, 'model.tar.gz') }),
    ),
    codeOf(aws, store, { modelVersion, container }),
    readModelSignature(store, modelVersion),
  ]);
  return {
    modelVersion,
    plan,
    hyperparameters: hyperparametersOf(parseDocument(trainedWith, card, `model card of ${modelVersion}`)),
    data: manifest === undefined ? [] : parseManifest(manifest).files,
    code,
    signature,
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

/** SHA-256 of a version's scripts, by their paths. */
async function codeOf(
  aws: Aws,
  store: ArtifactStore,
  { modelVersion, container }: Pick<RegisteredVersion, 'modelVersion' | 'container'>,
): Promise<ReadonlyMap<string, string>> {
  const { SAGEMAKER_SUBMIT_DIRECTORY = '' } = container.environment;
  // An older version has its scripts where its package says until it is released once more.
  if (SAGEMAKER_SUBMIT_DIRECTORY.startsWith('s3://'))
    return archiveFiles(await readUri(aws, SAGEMAKER_SUBMIT_DIRECTORY));
  const own = modelKey(modelVersion, 'sourcedir.tar.gz');
  if (await store.exists(own)) return archiveFiles(await store.readBytes(own));
  // Of a model trained elsewhere, they are part of its archive alone.
  const files = await archiveFiles(await store.readBytes(modelKey(modelVersion, 'model.tar.gz')));
  const code = 'code/';
  return new Map(
    [...files].flatMap(([path, hash]) => (path.startsWith(code) ? [[path.slice(code.length), hash]] : [])),
  );
}

function hyperparametersOf({ training_details }: z.infer<typeof trainedWith>): Record<string, string> {
  const { hyper_parameters } = training_details.training_job_details;
  return Object.fromEntries(hyper_parameters.map(({ name, value }) => [name, value]));
}

export const trainedWith = z.object({
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
