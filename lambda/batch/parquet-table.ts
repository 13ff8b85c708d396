import type { ColumnSource } from 'hyparquet-writer';

/** A column of a table; strings may be null. */
export interface TableColumn {
  readonly name: string;
  readonly type: 'STRING' | 'DOUBLE';
  readonly cells: readonly (string | number | null)[];
}

/** A Parquet file with one row group, packed with Snappy. */
export async function parquetTable(columns: readonly TableColumn[]): Promise<Uint8Array> {
  // A module that only the asynchronous form finds from CommonJS.
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const columnData = columns.map(
    ({ name, type, cells }): ColumnSource => ({ name, type, data: [...cells], nullable: type === 'STRING' }),
  );
  const rows = Math.max(1, columns[0]?.cells.length ?? 0);
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: rows }));
}
