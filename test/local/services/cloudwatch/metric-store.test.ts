import { MetricStore, type MetricTables, single } from '../../../../local/services/cloudwatch/metric-store';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const LATENCY = { namespace: 'Shop', name: 'Latency', dimensions: { Page: 'cart' } };

const tables = (): MetricTables => ({ metrics: new Map(), buckets: new Map() });

function add(store: MetricStore, time: number, value: number, isHighResolution = false): void {
  store.add(LATENCY, { unit: 'Seconds', time, isHighResolution, aggregate: single(value) });
}

const sums = (store: MetricStore, range: { start: number; end: number; period: number }) =>
  [...store.read(LATENCY, range)].map(([time, { sum }]) => [time, sum]);

test('what was stored is there after a restart', () => {
  const kept = tables();
  const before = new MetricStore(kept);
  add(before, 0, 1);
  add(before, 1_000, 2, true);
  add(before, MINUTE, 4);
  const after = new MetricStore(kept);
  expect(sums(after, { start: 0, end: 2 * MINUTE, period: MINUTE })).toEqual([
    [0, 3],
    [MINUTE, 4],
  ]);
  expect(sums(after, { start: 0, end: MINUTE, period: 1_000 })).toEqual([[1_000, 2]]);
  expect(after.list()).toEqual([{ ...LATENCY, active: MINUTE }]);
  expect(after.units(LATENCY)).toEqual(['Seconds']);
});

test('a value changes only its own minute, so that little is written', () => {
  const kept = tables();
  const store = new MetricStore(kept);
  for (let minute = 0; minute < 60; minute++) add(store, minute * MINUTE, 1);
  const set = jest.spyOn(kept.buckets, 'set');
  add(store, 59 * MINUTE, 1);
  expect(set).toHaveBeenCalledTimes(1);
});

test('minutes become five minutes after 15 days, and seconds go after three hours', () => {
  const kept = tables();
  const store = new MetricStore(kept);
  for (let minute = 0; minute < 10; minute++) add(store, minute * MINUTE, 1, true);
  add(store, 16 * DAY, 1);
  for (const found of [store, new MetricStore(kept)]) {
    expect(sums(found, { start: 0, end: 10 * MINUTE, period: MINUTE })).toEqual([
      [0, 5],
      [5 * MINUTE, 5],
    ]);
    expect(sums(found, { start: 0, end: 10 * MINUTE, period: 1_000 })).toEqual([]);
  }
});
