import { CliError } from './cli-error';
import type { MonitorReports } from './monitor-reports';

type ReportName = 'drift.json' | 'quality.json';

interface FoundReport<T> {
  readonly key: string;
  readonly document: T;
}

/**
 * The newest hourly report of a monitor, and its key.
 *
 * @throws CliError if there is none
 */
export async function latestReport<T>(reports: MonitorReports, name: ReportName): Promise<FoundReport<T>> {
  const found = await tryLatestReport<T>(reports, name);
  if (found) return found;
  const what = name === 'drift.json' ? 'traffic' : 'labels';
  throw new CliError(
    `no ${what} of ${reports.subject} were monitored in its last ${DAYS} days with traffic: monitors run a quarter of an hour after each full hour`,
  );
}

/** As {@link latestReport}; undefined without a report. */
export async function tryLatestReport<T>(
  { objects, prefix }: MonitorReports,
  name: ReportName,
): Promise<FoundReport<T> | undefined> {
  let days = 0;
  for await (const day of daysBelow(objects, prefix)) {
    const keys = (await objects.keysBelow(day)).filter((key) => key.endsWith(`/${name}`));
    const newest = keys.sort().at(-1);
    if (newest !== undefined) return { key: newest, document: JSON.parse(await objects.read(newest)) as T };
    if (++days === DAYS) break;
  }
  return undefined;
}

const DAYS = 8;

/** Folders `yyyy/mm/dd/`, the newest first: a clock that is elsewhere than this machine's does not matter. */
async function* daysBelow(
  objects: MonitorReports['objects'],
  prefix: string,
  depth = 3,
): AsyncGenerator<string> {
  // A monitor without a pipeline has its tables beside the years.
  const folders = (await objects.foldersBelow(prefix)).filter((folder) => /\/\d+\/$/.test(folder));
  for (const folder of folders.sort().reverse()) {
    if (depth === 1) yield folder;
    else yield* daysBelow(objects, folder, depth - 1);
  }
}
