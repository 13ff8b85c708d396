import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelSignature } from '../../contracts/model-signature';
import { requestCells } from '../../lambda/domain/model-signature/request-cells';
import { CliError } from './cli-error';
import { openLocalFile } from './local-files';

/** Cells of a row in the order of the model's columns. */
export type FileRow = ReturnType<typeof requestCells>;

export interface FileRows {
  /** Columns that the model does not take. */
  readonly ignored: readonly string[];
  readonly rows: AsyncIterable<FileRow>;
}

/**
 * Rows of a file as a model takes them: by the names of its columns, or of a model without a signature all in
 * their order.
 *
 * @throws CliError if there is no such file, or it lacks a column
 */
export async function fileRows(path: string, signature: ModelSignature | undefined): Promise<FileRows> {
  const { header, batches } = await openLocalFile(path);
  const names = signature?.inputs.map(({ name }) => name) ?? header;
  const places = names.map((name) => header.indexOf(name));
  const missing = signature?.inputs.find(({ name, optional }) => !optional && !header.includes(name));
  if (missing) {
    throw new CliError(`${path} has no column '${missing.name}'; the model takes ${names.join(', ')}`);
  }
  return {
    ignored: header.filter((name) => !names.includes(name)),
    rows: (async function* () {
      for await (const { rows, lines } of batches) {
        for (const [index, row] of rows.entries()) {
          const cells = places.map((place) => (place < 0 ? '' : (row[place] ?? '')));
          try {
            yield requestCells(cells, signature);
          } catch (error) {
            throw new CliError(`${path}, line ${lines[index]}: ${(error as Error).message}`);
          }
        }
      }
    })(),
  };
}

/** Keeps what comes by a stream in a file while `read` reads it. @param ending such as `.csv` */
export async function withStreamAsFile<Result>(
  stream: AsyncIterable<Buffer | string>,
  ending: string,
  read: (path: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'model-pipeline-'));
  try {
    const path = join(folder, `rows${ending}`);
    await writeFile(path, stream);
    return await read(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
