import type { BatchPart } from '../../contracts/batch';
import type { PreparedPart } from '../../contracts/functions/batch';
import type { ArtifactStore } from '../aws/store';
import { containerRow } from '../batch/container-row';
import { type InputPartProps, openPart } from '../batch/input-part';
import { batchPartKey } from '../domain/records/bucket-layout';

export interface PreparePartProps extends InputPartProps {
  readonly store: Pick<ArtifactStore, 'readJson' | 'tryReadJson' | 'writeOnce'>;
}

/**
 * Writes the rows of a part as the job takes them, the model's columns alone: for a container as CSV without
 * a header, for Spark as a JSON list a line. Rows that it cannot take are left out, and without any other row
 * there is no file.
 */
export async function preparePart(part: BatchPart, props: PreparePartProps): Promise<PreparedPart> {
  const input = await openPart(part, props);
  const isForSpark = input.plan.engine === 'spark';
  const lines: string[] = [];
  for await (const block of input.blocks()) {
    for (const { cells } of block.rows()) {
      if (!cells) continue;
      const row = isForSpark ? { line: JSON.stringify(cells.request) } : containerRow(cells);
      if ('line' in row) lines.push(row.line);
    }
  }
  const key = batchPartKey(props.batchName, part.run, part.part, 'prepared', isForSpark ? 'jsonl' : 'csv');
  if (lines.length > 0) await props.store.writeOnce(key, lines.map((line) => `${line}\n`).join(''));
  return { rows: lines.length };
}
