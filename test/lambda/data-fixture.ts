import { validationKey } from '../../lambda/domain/records/bucket-layout';
import { snapshotData } from '../../lambda/snapshot-data/snapshot-data';
import { PipelineFixture } from './pipeline-fixture';

/** A pipeline with training data. */
export class DataFixture extends PipelineFixture {
  /** Puts files below `training-data/` and takes a snapshot; returns its version. */
  async snapshot(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
    for (const [name, content] of Object.entries(files)) {
      await this.store.write(`training-data/${name}`, content);
    }
    return (await snapshotData(this.store)).dataVersion;
  }

  /** As {@link snapshot}, with what a validation leaves of it for the split. */
  async validSnapshot(
    files: Readonly<Record<string, string | Uint8Array>>,
    categories: readonly string[] = [],
  ): Promise<string> {
    const dataVersion = await this.snapshot(files);
    await this.store.writeJson(validationKey(dataVersion), { version: 1, categories });
    return dataVersion;
  }
}

/** A CSV file with a header, and rows numbered from `first` on in the column `age`. */
export function csvOf(first: number, rows: number, row: (number: number) => string = standardRow): string {
  const lines = Array.from({ length: rows }, (_, index) => `${row(first + index)}\n`);
  return `late,age,income\n${lines.join('')}`;
}

function standardRow(number: number): string {
  return `${number % 2},${number},${number * 100}`;
}
