import * as z from 'zod/mini';
import type { PinnedObject } from '../../contracts/pinned-artifacts';
import type { Problem } from '../../contracts/problem';
import { CategoryColumn } from '../aws/category-column';
import { openCsv } from '../aws/data-files/csv-file';
import { readFromArchive } from '../aws/model-archive';
import { NumberColumn, readScores } from '../aws/number-column';
import { requestSchema } from '../aws/request-schema';
import type { ArtifactStore } from '../aws/store';
import type { Baseline } from '../domain/data/baseline';
import { quantileEdges } from '../domain/data/bins';
import { type Certainty, certaintiesOf } from '../domain/data/certainty';
import { profileNumbers } from '../domain/data/profile';
import { parseSplit, type SplitDocument } from '../domain/data/split-document';
import { validationDocument } from '../domain/data/validation-document';
import { inferSignature } from '../domain/model-signature/infer-signature';
import { type ServedGraph, servedGraph, UnservableModelError } from '../domain/onnx/served-graph';
import { modelKey, splitKey, validationKey } from '../domain/records/bucket-layout';
import { checkDocument, modelVersionText } from '../domain/records/document';
import { answersOf } from '../domain/traffic/answers';
import { modelImportance } from './model-importance';

export interface ProfileProps {
  readonly store: ArtifactStore;
  /** What labels are. */
  readonly problem: Problem;
  /** Whether a function serves, which runs `model.onnx`. */
  readonly servesByFunction: boolean;
}

/**
 * Profiles what a version's traffic will be compared with: the features that it was trained on, and its
 * predictions for the holdout, which it has not learned from. All numbers are in memory at once, at 8 bytes a
 * cell. With them, its signature is known, and is written, too.
 *
 * @returns the profile that was written, to the bit
 * @throws UnservableModelError if a function could not serve the version
 * @throws Error if the scores are not one for each row of the holdout
 */
export async function profileBaseline(
  event: unknown,
  { store, problem, servesByFunction }: ProfileProps,
): Promise<PinnedObject> {
  const { modelVersion, dataVersion, scoresKey } = checkDocument(request, event, 'request for a baseline');
  const split = parseSplit(await store.readText(splitKey(dataVersion)));
  const { scores, scoresPerRow } = await readScores(store, scoresKey);
  const predictions = answersOf(scores, scoresPerRow);
  if (predictions.length !== split.rows.holdout) {
    throw new Error(
      `${store.uriOf(scoresKey)} has ${predictions.length} scores, but the holdout has ${split.rows.holdout} rows: the serving container must answer each row with one line`,
    );
  }
  const profiled = await profileRows(store, split, problem);
  const importance = await modelImportance(modelVersion, Object.keys(profiled.features), store);
  const baseline: Baseline = {
    ...profiled,
    ...(importance && { importance }),
    prediction: profileNumbers(predictions, quantileEdges(predictions)),
    ...(scoresPerRow > 1 && certaintyProfile(certaintiesOf(scores, scoresPerRow))),
  };
  const signature = inferSignature({
    features: baseline.features,
    dates: await datesOf(dataVersion, store),
    label: split.label,
    problem,
    graph: servesByFunction ? await graphOf(modelVersion, store) : undefined,
  });
  await store.writeJson(modelKey(modelVersion, 'model-signature.json'), signature);
  return store.writePinned(modelKey(modelVersion, 'baseline.json'), JSON.stringify(baseline));
}

/** Nothing if the scores of some rows are no probabilities. */
function certaintyProfile(certainties: readonly Certainty[]): Pick<Baseline, 'certainty'> {
  const confidence = certainties.map((one) => one.confidence);
  const entropy = certainties.map((one) => one.entropy);
  if (confidence.some(Number.isNaN)) return {};
  return {
    certainty: {
      confidence: profileNumbers(confidence, quantileEdges(confidence)),
      entropy: profileNumbers(entropy, quantileEdges(entropy)),
    },
  };
}

/** Features that the data's schema declares as times. */
async function datesOf(dataVersion: string, store: ArtifactStore): Promise<string[]> {
  // A holdout that came with a model is not validated as training data are.
  const validation = await store.tryReadJson(validationKey(dataVersion), validationDocument);
  const columns = Object.entries(validation?.schema?.columns ?? {});
  return columns.flatMap(([name, { type }]) => (type === 'time' ? [name] : []));
}

/** @throws UnservableModelError */
async function graphOf(modelVersion: string, store: ArtifactStore): Promise<ServedGraph> {
  const archive = await store.readStream(modelKey(modelVersion, 'model.tar.gz'));
  const onnx = await readFromArchive(archive, 'model.onnx').catch((cause: Error) => {
    throw new UnservableModelError(
      `version ${modelVersion} could not be served by the function: ${cause.message}; let the training script write model.onnx`,
      { cause },
    );
  });
  return servedGraph(onnx);
}

async function profileRows(store: ArtifactStore, split: SplitDocument, problem: Problem): Promise<Baseline> {
  const categories = new Set(split.categories);
  const columns = split.columns.map((name) => ({
    name,
    cells: categories.has(name) ? new CategoryColumn() : new NumberColumn(),
  }));
  const labels = new NumberColumn();
  let isLabeled = true;
  for (const key of split.trainFiles) {
    const { header, batches } = await openCsv(store, { key });
    const labelPlace = header.indexOf(split.label);
    isLabeled &&= labelPlace >= 0;
    const places = columns.map(({ name, cells }) => ({ place: header.indexOf(name), cells }));
    for await (const { rows } of batches) {
      for (const row of rows) {
        labels.add(row[labelPlace]);
        for (const { place, cells } of places) cells.add(row[place]);
      }
    }
  }
  const rows = labels.cells.length;
  return {
    rows,
    // The sample of a model that was trained elsewhere may have none.
    ...(isLabeled && labelProfile(split.label, labels, problem)),
    features: Object.fromEntries(columns.map(({ name, cells }) => [name, cells.profile()])),
  };
}

function labelProfile(name: string, labels: NumberColumn, problem: Problem): Partial<Baseline> {
  return {
    ...(problem.type === 'binary' && {
      labelRate: labels.cells.filter((label) => label === 1).length / labels.cells.length,
    }),
    ...(problem.type === 'regression' && { label: { name, profile: labels.profile() } }),
  };
}

const request = requestSchema(
  'profile-baseline',
  z.object({
    modelVersion: modelVersionText,
    dataVersion: z.string().check(z.minLength(1)),
    scoresKey: z.string().check(z.minLength(1)),
  }),
);
