import { IdSample } from '../../../../lambda/domain/statistics/id-sample';

const ids = Array.from({ length: 10_000 }, (_, i) => `request-${i}`);

test('the first value of an id stands, and may be written over', () => {
  const sample = new IdSample<number>(10);
  sample.add('a', 1);
  sample.add('a', 2);
  expect(sample.get('a')).toBe(1);
  sample.replace('a', 3);
  sample.replace('b', 4);
  expect(sample.entries()).toEqual([['a', 3]]);
  sample.delete('a');
  expect(sample.entries()).toEqual([]);
});

test('what is more than fits leaves an even share of all times', () => {
  const sample = new IdSample<number>(1000);
  for (const [time, id] of ids.entries()) sample.add(id, time);
  const { halvings, values } = sample.toJSON();
  const expected = ids.length / 2 ** halvings;
  expect(values.length).toBeLessThanOrEqual(1000);
  expect(Math.abs(values.length - expected)).toBeLessThan(4 * Math.sqrt(expected));
  const early = values.filter(([, time]) => time < ids.length / 2).length;
  expect(Math.abs(early - values.length / 2)).toBeLessThan(2 * Math.sqrt(values.length));
});

test('two samples hold the same ids, in whatever order they came and however often they were written down', () => {
  let sample = new IdSample<number>(1000);
  for (const id of ids) {
    sample.add(id, 1);
    if (id.endsWith('000')) sample = new IdSample(1000, JSON.parse(JSON.stringify(sample)));
  }
  const other = new IdSample<number>(1000);
  for (const id of [...ids].reverse()) other.add(id, 1);
  expect(other.entries().sort()).toEqual(sample.entries().sort());
});
