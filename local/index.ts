export type { AccountKey } from './access';
export type { ClockOptions } from './gateway/clock';
export type { FaultOptions } from './gateway/faults';
export { LocalCloud, type LocalCloudOptions } from './local-cloud';
export type { GrantUse } from './services/iam/access-record';
export type { OpenDatabase, SqlDatabase, SqlResult } from './services/rds-data/sql-database';
export type { LocalCloudPlugin } from './web/plugin';
