import { ahead, begun } from '../aws/read-ahead';
import type { ArtifactStore, StoredObject } from '../aws/store';
import type { WatchedModel } from '../aws/watched-models/watched-model';
import type { LabelJoin } from '../domain/quality/label-join';
import type { Hour } from '../domain/records/hour';
import { parseGroundTruth } from '../domain/traffic/ground-truth';

/** Files with the labels that arrived in these hours, which follow each other, oldest first. */
export async function labelFiles(
  store: ArtifactStore,
  model: WatchedModel,
  hours: readonly Hour[],
): Promise<StoredObject[]> {
  const prefixes = new Set(hours.map(({ path }) => model.labelsPrefix(path)));
  const days = new Set(hours.map(({ path }) => model.labelsPrefix(path.slice(0, 'yyyy/mm/dd'.length))));
  const found: StoredObject[] = [];
  for (const day of days) {
    for await (const file of store.list(day)) {
      if (prefixes.has(file.key.slice(0, `${day}hh/`.length))) found.push(file);
    }
  }
  return found;
}

/**
 * Reads labels in the order of their hours, keys and lines. A label was known when S3 says that its object was
 * written: nobody else sets that time, and no monitor could have read the label earlier.
 */
export async function readLabels(
  store: ArtifactStore,
  files: readonly StoredObject[],
  joins: readonly LabelJoin[],
): Promise<void> {
  const texts = ahead(files, ({ key, lastModified }) => ({
    key,
    arrived: lastModified?.getTime(),
    text: begun(store.readText(key)),
  }));
  for await (const { key, arrived, text } of texts) {
    const { records, unreadable, firstProblem } = parseGroundTruth(await text);
    for (const join of joins) {
      for (const label of records) join.add(label, arrived);
      if (firstProblem !== undefined) join.addUnreadable(unreadable, `${key}: ${firstProblem}`);
    }
  }
}
