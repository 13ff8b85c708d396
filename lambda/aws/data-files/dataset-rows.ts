import type { Cell, Row } from '../../domain/data/cell';
import type { DatasetFile } from '../../domain/data/dataset';
import type { ArtifactStore } from '../store';
import { openDataFile } from './open-data-file';

/**
 * All rows of a snapshot in the order of arrival, in the columns of its first file. They can be read again
 * and again.
 */
export class DatasetRows implements AsyncIterable<Row> {
  static async open(store: ArtifactStore, files: readonly DatasetFile[]): Promise<DatasetRows> {
    const { header } = await openDataFile(store, files[0] as DatasetFile);
    return new DatasetRows(store, files, header);
  }

  private constructor(
    private readonly store: ArtifactStore,
    private readonly files: readonly DatasetFile[],
    readonly header: readonly string[],
  ) {}

  /** @throws Error if there is no such column */
  placeOf(name: string, what: string): number {
    const place = this.header.indexOf(name);
    if (place < 0) throw new Error(`${this.files[0]?.key} has no column '${name}', which is ${what}`);
    return place;
  }

  /** @throws Error if a row does not fit its file's header, or a file lacks a column of the first */
  async *[Symbol.asyncIterator](): AsyncGenerator<Row> {
    for (const file of this.files) {
      const { header, batches } = await openDataFile(this.store, file);
      const found = new Map(header.map((name, place) => [name, place]));
      const places = this.header.map((name) => {
        const place = found.get(name);
        if (place !== undefined) return place;
        throw new Error(`${file.key} has no column '${name}', which the first file has`);
      });
      for await (const { rows, lines } of batches) {
        for (const [index, cells] of rows.entries()) {
          if (cells.length !== header.length) {
            throw new Error(
              `line ${lines[index]} of ${file.key} has ${cells.length} cells, but its header has ${header.length}`,
            );
          }
          yield places.map((place) => cells[place] as Cell);
        }
      }
    }
  }
}
