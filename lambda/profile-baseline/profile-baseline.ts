import * as z from 'zod/mini';
import { openCsv } from '../aws/data-files/csv-file';
import { NumberColumn, readNumbers } from '../aws/number-column';
import type { ArtifactStore } from '../aws/store';
import { quantileEdges } from '../domain/bins';
import { modelKey, splitKey } from '../domain/bucket-layout';
import { checkDocument, modelVersionText } from '../domain/document';
import { baselineProfile, type DatasetProfile, profileNumbers } from '../domain/profile';
import { parseSplit, type SplitDocument } from '../domain/split-document';

/**
 * Profiles what a version's traffic will be compared with: the features that it was trained on, and its predictions for the
 * holdout, which it has not learned from. All of it is in memory at once, at 8 bytes a cell.
 *
 * @throws Error if the scores are not one for each row of the holdout
 */
export async function profileBaseline(
  event: unknown,
  store: ArtifactStore,
): Promise<{ baselineKey: string }> {
  const { modelVersion, dataVersion, scoresKey } = checkDocument(request, event, 'request for a baseline');
  const split = parseSplit(await store.readText(splitKey(dataVersion)));
  const predictions = await readNumbers(store, scoresKey);
  if (predictions.length !== split.rows.holdout) {
    throw new Error(
      `${store.uriOf(scoresKey)} has ${predictions.length} scores, but the holdout has ${split.rows.holdout} rows: the serving container must answer each row with one line`,
    );
  }
  const baseline: DatasetProfile = {
    ...(await profileFeatures(store, split)),
    prediction: profileNumbers(predictions, quantileEdges(predictions)),
  };
  const baselineKey = modelKey(modelVersion, 'baseline.json');
  await store.writeJson(baselineKey, baseline);
  return { baselineKey };
}

async function profileFeatures(store: ArtifactStore, split: SplitDocument): Promise<DatasetProfile> {
  const columns = split.columns.map((name) => ({ name, numbers: new NumberColumn() }));
  for (const key of split.trainFiles) {
    const { header, batches } = await openCsv(store, { key });
    const places = columns.map(({ name, numbers }) => ({ place: header.indexOf(name), numbers }));
    for await (const { rows } of batches) {
      for (const row of rows) for (const { place, numbers } of places) numbers.add(row[place]);
    }
  }
  return baselineProfile(
    columns.map(({ name, numbers }) => ({ name, kind: 'numeric', cells: numbers.cells })),
  );
}

const request = z.object({
  modelVersion: modelVersionText,
  dataVersion: z.string().check(z.minLength(1)),
  scoresKey: z.string().check(z.minLength(1)),
});
