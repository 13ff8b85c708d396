import { type DatasetProfile, merge } from '../domain/data/profile';
import { type Hour, hourBefore } from '../domain/records/hour';
import type { DriftWindowPolicy } from '../domain/traffic/drift-window';

/** The hours that are compared with the training data together. */
export interface DriftWindow {
  readonly profile: DatasetProfile;
  /** ISO 8601: when the first of them begins. */
  readonly from: string;
  readonly hours: number;
  /** Why there is no verdict yet, in words. */
  readonly pending?: string;
}

/** Hours whose profiles are read at a time. */
const AT_A_TIME = 8;

/**
 * The last hours that the policy asks for, and more of them while they have too few rows. There is no verdict
 * on fewer hours than it asks for: part of a day differs from training data of whole days by its nature.
 *
 * @param last with its profile
 * @param since when the version came into production
 */
export async function driftWindow(
  last: { readonly hour: Hour; readonly profile: DatasetProfile },
  since: Date,
  { hours, maximumHours, minimumRows }: DriftWindowPolicy,
  read: (hour: Hour) => Promise<DatasetProfile>,
): Promise<DriftWindow> {
  let { hour, profile } = last;
  let count = 1;
  const isEnough = () => count >= hours && profile.rows >= minimumRows;
  while (!isEnough() && count < maximumHours && hour.start > since) {
    const wanted = Math.min(AT_A_TIME, count < hours ? hours - count : 1, maximumHours - count);
    const earlier = hoursBefore(hour, wanted).filter(({ end }) => end > since);
    for (const other of await Promise.all(earlier.map(read))) profile = merge(profile, other);
    hour = earlier.at(-1) as Hour;
    count += earlier.length;
  }
  const pending = isEnough() ? undefined : whyPending(count, hours, profile.rows, minimumRows);
  return {
    profile,
    from: hour.start.toISOString(),
    hours: count,
    ...(pending !== undefined && { pending }),
  };
}

function hoursBefore(hour: Hour, count: number): Hour[] {
  const found: Hour[] = [];
  for (let last = hour; found.length < count; ) {
    last = hourBefore(last.start);
    found.push(last);
  }
  return found;
}

function whyPending(count: number, hours: number, rows: number, minimumRows: number): string {
  return count < hours
    ? `the version has been in production for ${count} of the ${hours} hours that are compared`
    : `${rows} rows in ${count} hours, but at least ${minimumRows} are needed`;
}
