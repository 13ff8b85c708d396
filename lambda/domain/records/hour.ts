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

const MILLISECONDS = 3_600_000;
