import { hourPath } from './bucket-layout';

/** One hour of traffic, as capture and profiles are kept. */
export interface Hour {
  readonly start: Date;
  readonly end: Date;
  /** `yyyy/mm/dd/hh` in UTC. */
  readonly path: string;
}

/** The last whole hour before a time. */
export function hourBefore(time: Date): Hour {
  const end = new Date(Math.floor(time.getTime() / MILLISECONDS) * MILLISECONDS);
  const start = new Date(end.getTime() - MILLISECONDS);
  return { start, end, path: hourPath(start) };
}

/** The hour that lies so many hours before another. */
export function hoursEarlier({ end }: Hour, hours: number): Hour {
  return hourBefore(new Date(end.getTime() - hours * MILLISECONDS));
}

/** So many hours until one, the oldest first. */
export function hoursUntil(last: Hour, count: number): Hour[] {
  return Array.from({ length: count }, (_, index) => hoursEarlier(last, count - 1 - index));
}

/** Hours from a time until the end of an hour; one that has begun counts as a whole. */
export function hoursSince(time: Date, { end }: Hour): number {
  return Math.ceil((end.getTime() - time.getTime()) / MILLISECONDS);
}

const MILLISECONDS = 3_600_000;
