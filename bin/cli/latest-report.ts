import { CliError } from './cli-error';
import type { Pipeline } from './pipeline';

type ReportName = 'drift.json' | 'quality.json';

interface FoundReport<T> {
  readonly key: string;
  readonly document: T;
}

/**
 * The newest hourly report of the version in production, and its key.
 *
 * @throws CliError if there is none
 */
export async function latestReport<T>(pipeline: Pipeline, name: ReportName): Promise<FoundReport<T>> {
  const { production } = await pipeline.routing();
  if (!production) throw new CliError('nothing is in production yet, so nothing is monitored');
  const found = await tryLatestReport<T>(pipeline, name, production.variant);
  if (found) return found;
  const what = name === 'drift.json' ? 'traffic' : 'labels';
  throw new CliError(
    `no ${what} of version ${production.modelVersion} were monitored in its last ${DAYS} days with traffic: monitors run a quarter of an hour after each full hour`,
  );
}

/** As {@link latestReport} of a variant; undefined if it has no report. */
export async function tryLatestReport<T>(
  pipeline: Pipeline,
  name: ReportName,
  variant: string,
): Promise<FoundReport<T> | undefined> {
  let days = 0;
  for await (const day of daysBelow(pipeline, `profiles/${variant}/`)) {
    const keys = (await pipeline.keysBelow(day)).filter((key) => key.endsWith(`/${name}`));
    const newest = keys.sort().at(-1);
    if (newest !== undefined) return { key: newest, document: JSON.parse(await pipeline.read(newest)) as T };
    if (++days === DAYS) break;
  }
  return undefined;
}

const DAYS = 8;

/** Folders `yyyy/mm/dd/`, the newest first: a clock that is elsewhere than this machine's does not matter. */
async function* daysBelow(pipeline: Pipeline, prefix: string, depth = 3): AsyncGenerator<string> {
  const folders = await pipeline.foldersBelow(prefix);
  for (const folder of folders.sort().reverse()) {
    if (depth === 1) yield folder;
    else yield* daysBelow(pipeline, folder, depth - 1);
  }
}
