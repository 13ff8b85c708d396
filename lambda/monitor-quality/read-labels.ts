import { listedFiles } from '../aws/recorded-files';
import type { ArtifactStore, StoredObject } from '../aws/store';
import type { WatchedModel } from '../aws/watched-models/watched-model';
import type { LabelJoin } from '../domain/quality/label-join';
import type { Hour } from '../domain/records/hour';
import { forEachLine } from '../domain/records/lines';
import { type Label, LabelReader } from '../domain/traffic/ground-truth';

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
 * Reads labels in the order of their hours, keys and lines. A label was known when S3 says that its object
 * was written: nobody else sets that time, and no monitor could have read the label earlier.
 */
export async function readLabels(
  store: ArtifactStore,
  files: readonly StoredObject[],
  joins: readonly LabelJoin[],
): Promise<void> {
  const reader = new LabelReader();
  for await (const { key, lastModified, chunks } of listedFiles(store, files)) {
    const arrived = lastModified?.getTime();
    let line = 0;
    // Line by line, so that neither an hour nor a file need fit into memory.
    await forEachLine(chunks, (bytes, start, end) => {
      line++;
      if (isBlank(bytes, start, end)) return;
      let label: Label;
      try {
        label = reader.read(bytes, start, end);
      } catch (error) {
        const problem = `${key}: line ${line}: ${(error as Error).message}`;
        for (const join of joins) join.addUnreadable(1, problem);
        return;
      }
      for (const join of joins) join.add(label, arrived);
    });
  }
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  return bytes[start] !== BRACE && bytes.toString('utf8', start, end).trim() === '';
}

const BRACE = 0x7b;
