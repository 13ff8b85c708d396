/** Departed flights as parallel columns, sorted by departure. */
export interface Flights {
  /** Actual departure, local time at the origin, in minutes since 2001-01-01 00:00. */
  readonly departureMinutes: Int32Array;
  /** Arrival delay in minutes; negative is early. */
  readonly delayMinutes: Int16Array;
  readonly distanceMiles: Int16Array;
  /** Index into `airports`. */
  readonly origin: Uint16Array;
  /** Index into `airports`. */
  readonly destination: Uint16Array;
  readonly airports: readonly Airport[];
}

export interface Airport {
  readonly code: string;
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * Columns of the training files: the label first, then the features in the order in which the endpoint takes
 * them.
 */
export const COLUMNS = [
  'late',
  'hour',
  'day_of_week',
  'distance',
  'system_late_rate',
  'origin_late_rate',
  'destination_late_rate',
  'origin_latitude',
  'origin_longitude',
  'destination_latitude',
  'destination_longitude',
] as const;

const MINUTES_A_DAY = 1440;
const LATE_AFTER_MINUTES = 15;
// The outcomes of a day may be used only once they are known everywhere. Flights that left by 18:00 local
// time and are at most 2,800 miles long should have landed before 06:00 of the next day at any origin in the
// data (the closest call is Honolulu to the west coast, seen from San Juan); a flight that leaves before
// 06:00 therefore looks two days back.
const KNOWN_IF_DEPARTED_BEFORE_HOUR = 18;
const KNOWN_UP_TO_MILES = 2_800;
const NEXT_DAY_STARTS_AT_HOUR = 6;
// Weight of the system's rate in an airport's rate, in flights: keeps airports with three flights a day from
// saying 0 or 1.
const PRIOR_FLIGHTS = 20;

/** Late rates of each day, from the flights whose outcome is known the next morning. */
export interface DailyRates {
  system(day: number): number | undefined;
  origin(day: number, airport: number): number;
  destination(day: number, airport: number): number;
}

/** Arrived more than 15 minutes late, the definition of the US Bureau of Transportation Statistics. */
export function isLate(flights: Flights, row: number): boolean {
  return (flights.delayMinutes[row] ?? 0) > LATE_AFTER_MINUTES;
}

/** Counts every flight once; rows need no order. */
export function dailyRates(flights: Flights): DailyRates {
  const airports = flights.airports.length;
  const last = flights.departureMinutes.reduce((max, minutes) => Math.max(max, minutes), 0);
  const days = dayOf(last) + 1;
  const system = new Tally(days);
  const origin = new Tally(days * airports);
  const destination = new Tally(days * airports);
  for (let row = 0; row < flights.departureMinutes.length; row++) {
    const minutes = flights.departureMinutes[row] ?? 0;
    if (hourOf(minutes) >= KNOWN_IF_DEPARTED_BEFORE_HOUR) continue;
    if ((flights.distanceMiles[row] ?? 0) > KNOWN_UP_TO_MILES) continue;
    const late = isLate(flights, row);
    const day = dayOf(minutes);
    system.add(day, late);
    origin.add(day * airports + (flights.origin[row] ?? 0), late);
    destination.add(day * airports + (flights.destination[row] ?? 0), late);
  }
  const systemRate = (day: number) => system.rate(day);
  const smoothed = (tally: Tally, day: number, airport: number) =>
    tally.smoothedRate(day * airports + airport, systemRate(day) ?? 0);
  return {
    system: systemRate,
    origin: (day, airport) => smoothed(origin, day, airport),
    destination: (day, airport) => smoothed(destination, day, airport),
  };
}

/**
 * One line of a training file, or undefined for a flight without a known day before it.
 * Everything in it but the label is known when the flight leaves the gate.
 */
export function trainingRow(flights: Flights, rates: DailyRates, row: number): readonly number[] | undefined {
  const minutes = flights.departureMinutes[row] ?? 0;
  const knownDay = dayOf(minutes) - (hourOf(minutes) < NEXT_DAY_STARTS_AT_HOUR ? 2 : 1);
  const systemRate = rates.system(knownDay);
  const origin = flights.origin[row] ?? 0;
  const destination = flights.destination[row] ?? 0;
  const from = flights.airports[origin];
  const to = flights.airports[destination];
  if (systemRate === undefined || !from || !to) return undefined;
  return [
    isLate(flights, row) ? 1 : 0,
    round((minutes % MINUTES_A_DAY) / 60),
    dayOf(minutes) % 7, // 0 is Monday: 2001-01-01 was one
    flights.distanceMiles[row] ?? 0,
    round(systemRate),
    round(rates.origin(knownDay, origin)),
    round(rates.destination(knownDay, destination)),
    round(from.latitude),
    round(from.longitude),
    round(to.latitude),
    round(to.longitude),
  ];
}

class Tally {
  private readonly late: Int32Array;
  private readonly all: Int32Array;

  constructor(size: number) {
    this.late = new Int32Array(size);
    this.all = new Int32Array(size);
  }

  add(index: number, late: boolean): void {
    this.all[index] = (this.all[index] ?? 0) + 1;
    if (late) this.late[index] = (this.late[index] ?? 0) + 1;
  }

  rate(index: number): number | undefined {
    const all = this.all[index] ?? 0;
    return all === 0 ? undefined : (this.late[index] ?? 0) / all;
  }

  smoothedRate(index: number, prior: number): number {
    return ((this.late[index] ?? 0) + PRIOR_FLIGHTS * prior) / ((this.all[index] ?? 0) + PRIOR_FLIGHTS);
  }
}

function dayOf(minutes: number): number {
  return Math.floor(minutes / MINUTES_A_DAY);
}

function hourOf(minutes: number): number {
  return Math.floor((minutes % MINUTES_A_DAY) / 60);
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
