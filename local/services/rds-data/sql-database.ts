/**
 * What the Data API runs statements on: PostgreSQL in any form, such as PGlite in this process or a server.
 * The local cloud does not include one.
 */
export interface SqlDatabase {
  /**
   * @param sql with `$1`, `$2`, ... for the parameters
   * @throws Error whose `code` is PostgreSQL's SQLSTATE, such as `23505`
   */
  query(sql: string, parameters: readonly unknown[]): Promise<SqlResult>;
}

export interface SqlResult {
  readonly columns: readonly {
    readonly name: string;
    /** Of the type in PostgreSQL's `pg_type`: 23 is `int4`. */
    readonly typeOid: number;
  }[];
  /** Values as JavaScript has them. */
  readonly rows: readonly (readonly unknown[])[];
  /** Rows that were inserted, updated or deleted. */
  readonly changedRows: number;
}

/** Opens a database of a cluster. @param database undefined for that of the user */
export type OpenDatabase = (clusterArn: string, database: string | undefined) => Promise<SqlDatabase>;
