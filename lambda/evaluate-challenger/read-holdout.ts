import { openDataFile } from '../aws/data-files/open-data-file';
import { readNumbers, readScores } from '../aws/number-column';
import type { ArtifactStore } from '../aws/store';
import { numberOf } from '../domain/data/cell';
import type { GateRows } from '../domain/gate/rules/rule';
import { holdoutKey } from '../domain/records/bucket-layout';

/** Columns of the data that the holdout is judged by. */
export interface JudgedBy {
  readonly weightColumn?: string;
  readonly groupColumn?: string;
  readonly sliceColumns: readonly string[];
  /** What each answer costs. */
  readonly costColumns: readonly string[];
  /** What others would answer. */
  readonly rivalColumns: readonly string[];
}

export interface HoldoutKeys {
  readonly dataVersion: string;
  readonly challengerScoresKey: string;
  readonly championScoresKey?: string | null;
}

/** Labels, scores and columns of the holdout's rows. */
export async function readHoldout(
  store: ArtifactStore,
  { dataVersion, challengerScoresKey, championScoresKey }: HoldoutKeys,
  judgedBy: JudgedBy,
): Promise<GateRows> {
  return {
    label: await readNumbers(store, holdoutKey(dataVersion, 'labels')),
    challenger: (await readScores(store, challengerScoresKey)).scores,
    ...(championScoresKey && { champion: (await readScores(store, championScoresKey)).scores }),
    ...(await readColumns(store, dataVersion, judgedBy)),
  };
}

async function readColumns(
  store: ArtifactStore,
  dataVersion: string,
  { weightColumn, groupColumn, sliceColumns, costColumns, rivalColumns }: JudgedBy,
): Promise<Pick<GateRows, 'weight' | 'group' | 'columns' | 'costs' | 'rivals'>> {
  const names = [weightColumn ?? [], groupColumn ?? [], sliceColumns, costColumns, rivalColumns].flat();
  if (names.length === 0) return {};
  const { header, batches } = await openDataFile(store, { key: holdoutKey(dataVersion, 'columns') });
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
