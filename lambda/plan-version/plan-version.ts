import * as z from 'zod/mini';
import type { PlanVersionSettings } from '../../contracts/functions/retraining';
import type { VersionPlan } from '../../contracts/version-plan';
import type { ImageDigests } from '../aws/image-digests';
import type { ModelRegistry } from '../aws/model-registry';
import { readModelSignature } from '../aws/model-signatures';
import { requestSchema } from '../aws/request-schema';
import type { ArtifactStore } from '../aws/store';
import { VersionNumbers } from '../aws/version-numbers';
import { parseSplit } from '../domain/data/split-document';
import { differsFromPlan } from '../domain/model-signature/signature-changes';
import { modelKey, splitKey, trainingOutputPrefix } from '../domain/records/bucket-layout';
import { pinnedImage } from '../domain/records/container-image';
import { checkDocument } from '../domain/records/document';
import { changesOf, lineageOf, pinnedTrainingImage } from '../domain/records/lineage';
import { nextVersion, parseModelVersion } from '../domain/records/model-version';

export interface PlanVersionProps {
  readonly store: ArtifactStore;
  readonly registry: ModelRegistry;
  readonly images: ImageDigests;
  readonly settings: PlanVersionSettings;
}

/** A retraining was requested with a hyperparameter that it is to find. */
export class TunedHyperparameterError extends Error {
  override readonly name = 'TunedHyperparameter';
}

/**
 * Gives a challenger its version: the one after the newest in the registry, by what has changed since. A
 * number is claimed in the bucket, so that none is given twice, even if its training failed; those that are
 * registered are taken, whoever registered them.
 *
 * @throws UnknownImageError if there is no such image
 * @throws TunedHyperparameterError
 */
export async function planVersion(event: unknown, props: PlanVersionProps): Promise<VersionPlan> {
  const { store, registry, images, settings } = props;
  const { dataVersion, ...overrides } = checkDocument(request, event, 'request for a version');
  const { image, trainingImage, codeVersion, commit, label, tuning } = settings;
  const given = Object.keys(overrides.hyperparameters ?? {}).find((name) => tuning?.names.includes(name));
  if (given !== undefined) {
    throw new TunedHyperparameterError(
      `the hyperparameter '${given}' cannot be set: training.tuning searches it; retrain without it, or remove it from the ranges`,
    );
  }
  const { columns, categories = [] } = parseSplit(await store.readText(splitKey(dataVersion)));
  const hyperparameters = { ...settings.hyperparameters, ...overrides.hyperparameters };
  const imageDigest = await images.find(image);
  const trainingImageDigest = trainingImage === undefined ? undefined : await images.find(trainingImage);
  const lineage = lineageOf({
    dataVersion,
    codeVersion,
    commit,
    image,
    imageDigest,
    trainingImage,
    trainingImageDigest,
    hyperparameters,
    searchVersion: tuning?.version,
    label,
    columns,
  });
  const newest = await registry.newest();
  const parentVersion = newest?.modelVersion ?? null;
  const former = newest && (await readModelSignature(store, newest.modelVersion));
  const planned = { label, columns: columns.map((name) => ({ name, isText: categories.includes(name) })) };
  const changes = changesOf(lineage, newest?.properties ?? {}, former && differsFromPlan(former, planned));

  const modelVersion = await new VersionNumbers(store, registry).claimNext(
    nextVersion(newest && parseModelVersion(newest.modelVersion), changes),
    { version: 1, parentVersion, label, columns, hyperparameters, lineage },
  );
  // Whatever becomes of the deploy's assets, the version keeps its scripts.
  const codeKey = modelKey(modelVersion, 'sourcedir.tar.gz');
  const code = await store.copy(settings.source, codeKey);
  return {
    modelVersion,
    parentVersion,
    outputUri: store.uriOf(trainingOutputPrefix(modelVersion)),
    modelDataUrl: store.uriOf(modelKey(modelVersion, 'model.tar.gz')),
    codeUrl: store.uriOf(codeKey),
    code,
    hyperparameters,
    image: pinnedImage(image, imageDigest),
    trainingImage: pinnedTrainingImage(lineage),
    lineage,
  };
}

const request = requestSchema(
  'plan-version',
  z.object({
    dataVersion: z.string().check(z.minLength(1)),
    hyperparameters: z.nullish(z.record(z.string(), z.string())),
  }),
);
