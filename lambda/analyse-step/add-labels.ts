import type { TextFile } from '../aws/read-ahead';
import type { IdSample } from '../domain/statistics/id-sample';
import { parseGroundTruth } from '../domain/traffic/ground-truth';

/** Adds the labels of files to those that are awaited; tells what cannot be read. */
export async function addLabels(
  labels: IdSample<readonly number[]>,
  files: AsyncIterable<TextFile>,
): Promise<{ readonly files: number; readonly unusable: number; readonly firstProblem?: string }> {
  let count = 0;
  let unusable = 0;
  let first: string | undefined;
  for await (const { key, text } of files) {
    count++;
    const { records, unreadable, firstProblem } = parseGroundTruth(text);
    for (const { id, values } of records) labels.add(id, values);
    unusable += unreadable;
    first ??= firstProblem && `${key}: ${firstProblem}`;
  }
  return { files: count, unusable, ...(first !== undefined && { firstProblem: first }) };
}
