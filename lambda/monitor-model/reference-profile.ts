import type { DriftReferenceSettings } from '../../contracts/drift-comparison';
import { type DatasetProfile, merge } from '../domain/data/profile';
import { type Hour, hourBefore, hoursEarlier, hoursSince } from '../domain/records/hour';
import type { ComparedWindow, ReadTraffic } from './compared-window';

/** What a window is compared with. */
export interface Reference {
  /** Left out as long as there is none. */
  readonly profile?: DatasetProfile;
  /** How many times the same hours are part of it. */
  readonly times?: number;
  /** How many times they are left out, because they had drifted. */
  readonly leftOut?: number;
  /** Why there is no verdict yet, in words. */
  readonly pending?: string;
}

export interface ReferenceProps {
  /** Profile of the training data. */
  readonly baseline: DatasetProfile;
  /** Time from which the version has been in production. */
  readonly since: Date;
  /** With fewer rows there is no verdict. */
  readonly minimumRows: number;
  readonly read: ReadTraffic;
  /** Whether the monitor had found drift in so many hours, or fewer, that end with one. */
  readonly hasDrifted: (last: Hour, hours: number) => Promise<boolean>;
}

/** Finds what a window is compared with: the training data, or traffic of the same version before it. */
export async function referenceOf(
  window: ComparedWindow,
  settings: DriftReferenceSettings,
  props: ReferenceProps,
): Promise<Reference> {
  const found = await find(window, settings, props);
  const { profile } = found;
  if (!profile || found.pending !== undefined || profile.rows >= props.minimumRows) return found;
  const pending = `the reference has ${profile.rows} rows, but at least ${props.minimumRows} are needed`;
  return { ...found, pending };
}

async function find(
  { last, hours }: ComparedWindow,
  settings: DriftReferenceSettings,
  { baseline, since, read, hasDrifted }: ReferenceProps,
): Promise<Reference> {
  const inProduction = hoursSince(since, last);
  switch (settings.is) {
    case 'trainingData':
      return { profile: baseline };
    case 'sameHours': {
      const { everyHours } = settings;
      const times = Math.min(settings.times, Math.floor((inProduction - hours) / everyHours));
      if (times < 1) return stillLearned(inProduction, hours + everyHours);
      const ends = Array.from({ length: times }, (_, index) => hoursEarlier(last, (index + 1) * everyHours));
      const drifted = await Promise.all(ends.map((end) => hasDrifted(end, hours)));
      const healthy = ends.filter((_, index) => !drifted[index]);
      // A change that lasts becomes the new rule, once all of them have it.
      const used = healthy.length > 0 ? healthy : ends;
      const profiles = await Promise.all(used.map((end) => read(end, hours)));
      const leftOut = times - used.length;
      return { profile: profiles.reduce(merge), times: used.length, ...(leftOut > 0 && { leftOut }) };
    }
    case 'previousWindow':
      return inProduction < 2 * hours
        ? stillLearned(inProduction, 2 * hours)
        : { profile: await read(hoursEarlier(last, hours), hours) };
    case 'period': {
      const { from, to } = settings;
      const end = hourBefore(new Date(to));
      if (new Date(from) < since || end.end > last.end) {
        return { pending: `the version was not in production for all of ${from} to ${to}` };
      }
      return { profile: await read(end, hoursSince(new Date(from), end)) };
    }
  }
}

function stillLearned(inProduction: number, hours: number): Reference {
  return {
    pending: `the past is still being learned: the version has been in production for ${Math.max(0, inProduction)} of ${hours} hours`,
  };
}
