import type { DriftWindowSettings } from '../../contracts/drift-comparison';
import { type DatasetProfile, merge } from '../domain/data/profile';
import { type Hour, hoursEarlier } from '../domain/records/hour';

/** Reads the profile of so many hours of traffic. @param last of the hours */
export type ReadTraffic = (last: Hour, hours: number) => Promise<DatasetProfile>;

/** The latest hours of traffic, which are compared with a reference. */
export interface ComparedWindow {
  readonly profile: DatasetProfile;
  readonly last: Hour;
  readonly hours: number;
  /** Why there is no verdict yet, in words. */
  readonly pending?: string;
}

/**
 * The hours that the settings ask for, and as many again while they have too few rows. There is no verdict on
 * fewer hours: part of a day differs from whole days by its nature.
 *
 * @param inProduction hours of the version until the last one
 * @param minimumRows with fewer there is no verdict
 */
export async function comparedWindow(
  last: Hour,
  inProduction: number,
  { hours, maximumHours }: DriftWindowSettings,
  minimumRows: number,
  read: ReadTraffic,
): Promise<ComparedWindow> {
  if (inProduction < hours) {
    const available = Math.max(1, inProduction);
    return {
      profile: await read(last, available),
      last,
      hours: available,
      pending: `the version has been in production for ${available} of the ${hours} hours that are compared`,
    };
  }
  let profile = await read(last, hours);
  let count = hours;
  while (profile.rows < minimumRows && count + hours <= Math.min(maximumHours, inProduction)) {
    profile = merge(profile, await read(hoursEarlier(last, count), hours));
    count += hours;
  }
  return {
    profile,
    last,
    hours: count,
    ...(profile.rows < minimumRows && {
      pending: `${profile.rows} rows in ${count} hours, but at least ${minimumRows} are needed`,
    }),
  };
}
