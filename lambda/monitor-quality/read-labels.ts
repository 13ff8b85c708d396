import type { ArtifactStore, StoredObject } from '../aws/store';
import type { WatchedModel } from '../aws/watched-models/watched-model';
import type { Hour } from '../domain/records/hour';
import { type Label, parseGroundTruth } from '../domain/traffic/ground-truth';

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

/** Reads labels file by file; tells of each line that cannot be read. */
export async function* readLabels(
  store: ArtifactStore,
  files: readonly StoredObject[],
  onProblem: (count: number, first: string) => void,
): AsyncGenerator<Label> {
  for (const { key } of files) {
    const { records, unreadable, firstProblem } = parseGroundTruth(await store.readText(key));
    yield* records;
    if (firstProblem !== undefined) onProblem(unreadable, `${key}: ${firstProblem}`);
  }
}
