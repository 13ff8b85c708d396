import { COLUMNS, dailyRates, type Flights, isLate, trainingRow } from '../../../examples/flights/features';

const DAY = 1440;
type Flight = [departure: number, delay: number, distance: number, origin: number, destination: number];

function flightsOf(...rows: Flight[]): Flights {
  const column = (index: number) => rows.map((row) => row[index] ?? 0);
  return {
    departureMinutes: Int32Array.from(column(0)),
    delayMinutes: Int16Array.from(column(1)),
    distanceMiles: Int16Array.from(column(2)),
    origin: Uint16Array.from(column(3)),
    destination: Uint16Array.from(column(4)),
    airports: [
      { code: 'AAA', latitude: 10, longitude: -20 },
      { code: 'BBB', latitude: 30.12345, longitude: -40 },
    ],
  };
}

function row(flights: Flights, index: number) {
  const values = trainingRow(flights, dailyRates(flights), index);
  return values && Object.fromEntries(COLUMNS.map((name, i) => [name, values[i]]));
}

test('a flight is late from its sixteenth minute', () => {
  const flights = flightsOf([0, 15, 100, 0, 1], [0, 16, 100, 0, 1]);
  expect([isLate(flights, 0), isLate(flights, 1)]).toEqual([false, true]);
});

test('a flight without a known day before it has no row', () => {
  expect(row(flightsOf([600, 0, 100, 0, 1]), 0)).toBeUndefined();
});

test('the rates are those of the day before, airports drawn towards the system by twenty flights', () => {
  // GIVEN a day with 1 late of 4; 1 of 3 from airport 0, 0 of 1 to it
  const flights = flightsOf(
    [600, 60, 100, 0, 1],
    [600, 0, 100, 0, 1],
    [600, 0, 100, 0, 1],
    [600, 0, 100, 1, 0],
    [DAY + 630, 20, 250, 0, 1],
  );
  expect(row(flights, 4)).toEqual({
    late: 1,
    hour: 10.5,
    day_of_week: 1,
    distance: 250,
    system_late_rate: 0.25,
    origin_late_rate: 0.2609, // (1 + 20 * 0.25) / 23
    destination_late_rate: 0.2609,
    origin_latitude: 10,
    origin_longitude: -20,
    destination_latitude: 30.1235,
    destination_longitude: -40,
  });
});

test('no flight of the same day, and no outcome that may be unknown yet, changes a row', () => {
  const known: Flight[] = [
    [600, 60, 100, 0, 1],
    [600, 0, 100, 0, 1],
  ];
  const predicted: Flight = [DAY + 600, 0, 100, 0, 1];
  const unknown: Flight[] = [
    [18 * 60, 99, 100, 0, 1], // left in the evening
    [600, 99, 2801, 0, 1], // flies for very long
    [DAY + 599, 99, 100, 0, 1], // left the same day
  ];
  expect(row(flightsOf(...known, predicted, ...unknown), 2)).toEqual(row(flightsOf(...known, predicted), 2));
});

test('a flight before six looks two days back', () => {
  const flights = flightsOf(
    [600, 60, 100, 0, 1],
    [DAY + 600, 0, 100, 0, 1],
    [2 * DAY + 359, 0, 100, 0, 1],
    [2 * DAY + 360, 0, 100, 0, 1],
  );
  expect(row(flights, 2)?.system_late_rate).toBe(1);
  expect(row(flights, 3)?.system_late_rate).toBe(0);
});
