import { numberOf } from '../domain/data/cell';
import type { JudgedColumns } from '../domain/gate/gate-policy';
import type { GateRows } from '../domain/gate/rules/rule';
import { openDataFile } from './data-files/open-data-file';
import { readNumbers, readScores } from './number-column';
import type { ArtifactStore } from './store';

/** Columns of the data that the holdout is judged by. */
export interface JudgedBy extends JudgedColumns {
  readonly weightColumn?: string;
  readonly groupColumn?: string;
}

/** Keys of files whose rows belong together, in their order. */
export interface HoldoutFiles {
  /** Without a header. */
  readonly labels: string;
  /** Without a header. */
  readonly challengerScores: string;
  /** Without a header; absent if nothing is in production. */
  readonly championScores?: string;
  /** With a header; absent if rows are judged by no column. */
  readonly columns?: string;
}

/** What {@link readHoldout} gives: its numbers are typed arrays. */
export interface HoldoutRows extends GateRows {
  readonly label: Float64Array;
  readonly challenger: Float64Array;
  readonly champion?: Float64Array;
}

/**
 * Labels, scores and columns of the holdout's rows.
 *
 * @throws Error if a column is missing
 */
export async function readHoldout(
  store: ArtifactStore,
  { labels, challengerScores, championScores, columns }: HoldoutFiles,
  judgedBy: JudgedBy,
): Promise<HoldoutRows> {
  return {
    label: await readNumbers(store, labels),
    challenger: (await readScores(store, challengerScores)).scores,
    ...(championScores && { champion: (await readScores(store, championScores)).scores }),
    ...(await readColumns(store, columns, judgedBy)),
  };
}

async function readColumns(
  store: ArtifactStore,
  file: string | undefined,
  { weightColumn, groupColumn, sliceColumns, costColumns, rivalColumns }: JudgedBy,
): Promise<Pick<GateRows, 'weight' | 'group' | 'columns' | 'costs' | 'rivals'>> {
  const names = [weightColumn ?? [], groupColumn ?? [], sliceColumns, costColumns, rivalColumns].flat();
  if (names.length === 0) return {};
  if (!file) throw new Error(`the gate's policy reads the columns ${names.join(', ')}, and no file has them`);
  const { header, batches } = await openDataFile(store, { key: file });
  const missing = names.filter((name) => !header.includes(name));
  if (missing.length > 0) throw new Error(`${store.uriOf(file)} has no column ${missing.join(', ')}`);
  const cells = new Map(names.map((name): [string, string[]] => [name, []]));
  for await (const { rows } of batches) {
    for (const row of rows) {
      for (const [name, column] of cells) column.push(String(row[header.indexOf(name)] ?? ''));
    }
  }
  const column = (name: string) => cells.get(name) as string[];
  const numbers = (name: string) => Float64Array.from(column(name), numberOf);
  return {
    ...(weightColumn !== undefined && { weight: numbers(weightColumn) }),
    ...(groupColumn !== undefined && { group: column(groupColumn) }),
    ...(sliceColumns.length > 0 && {
      columns: Object.fromEntries(sliceColumns.map((name) => [name, column(name)])),
    }),
    ...(costColumns.length > 0 && { costs: rowByRow(costColumns.map(numbers)) }),
    ...(rivalColumns.length > 0 && {
      rivals: Object.fromEntries(rivalColumns.map((name) => [name, numbers(name)])),
    }),
  };
}

function rowByRow(columns: readonly Float64Array[]): Float64Array {
  const size = columns.length;
  const rows = columns[0]?.length ?? 0;
  return Float64Array.from(
    { length: rows * size },
    (_, i) => columns[i % size]?.[Math.floor(i / size)] as number,
  );
}
