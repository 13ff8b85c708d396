import type { TextFile } from '../aws/read-ahead';
import { parseGroundTruth } from '../domain/ground-truth';
import type { IdSample } from '../domain/id-sample';

/** Adds the labels of files to those that are awaited; tells what cannot be read. */
export async function addLabels(
  labels: IdSample<readonly number[]>,
  files: AsyncIterable<TextFile>,
): Promise<{ readonly unusable: number; readonly firstProblem?: string }> {
  let unusable = 0;
  let first: string | undefined;
  for await (const { key, text } of files) {
    const { records, unreadable, firstProblem } = parseGroundTruth(text);
    for (const { id, values } of records) labels.add(id, values);
    unusable += unreadable;
    first ??= firstProblem && `${key}: ${firstProblem}`;
  }
  return { unusable, ...(first !== undefined && { firstProblem: first }) };
}
