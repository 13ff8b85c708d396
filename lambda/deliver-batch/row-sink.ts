/** A row of the output, as a sink gets it. */
export interface SinkRow {
  /** By which a row is known wherever it goes, within its run: key of the file of the input, and line. */
  readonly rowId: string;
  /** Place in the output: of two rows of a run, the later one has the greater text. */
  readonly place: string;
  /**
   * All fields of the row: columns of the input, `prediction`, `probabilities` of several classes, and
   * versions.
   */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Where the rows come from. */
export interface SinkRun {
  readonly batch: string;
  readonly run: string;
  /** When the run was planned, ISO 8601 in UTC: the later of two runs has the greater text. */
  readonly plannedAt: string;
}

/** A row that a sink will never take, and why. */
export interface RefusedRow {
  readonly row: SinkRow;
  readonly reason: string;
}

/**
 * Takes rows. Each says of itself what it promises of rows that come more than once, for a part that was
 * interrupted is delivered again from its beginning.
 */
export interface RowSink {
  /** Rows of a call. */
  readonly rowsPerCall: number;
  /**
   * @returns the rows that it refuses; it has taken all others
   * @throws SinkUnavailableError if it cannot take rows now
   */
  deliver(rows: readonly SinkRow[], run: SinkRun): Promise<readonly RefusedRow[]>;
}

/**
 * Delivers rows together and, where they are refused together, each half of them, so that the rows that are
 * refused are found and the others are taken.
 *
 * @param deliver returns why the rows are refused together, or those that are refused when the others are
 * taken
 */
export async function deliverHalves(
  rows: readonly SinkRow[],
  deliver: (rows: readonly SinkRow[]) => Promise<string | readonly RefusedRow[]>,
): Promise<readonly RefusedRow[]> {
  const refused = await deliver(rows);
  if (typeof refused !== 'string') return refused;
  const [row] = rows;
  if (row && rows.length === 1) return [{ row, reason: refused }];
  const half = Math.ceil(rows.length / 2);
  return [
    ...(await deliverHalves(rows.slice(0, half), deliver)),
    ...(await deliverHalves(rows.slice(half), deliver)),
  ];
}
