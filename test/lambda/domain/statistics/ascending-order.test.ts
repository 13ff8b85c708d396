import { ascendingOrder } from '../../../../lambda/domain/statistics/ascending-order';
import { SeededRandom } from '../../../../lambda/domain/statistics/seeded-random';

const random = new SeededRandom(1);
const uniform = () => random.below(2 ** 32) / 2 ** 32;

test.each([
  ['few numbers', 1000, () => uniform() - 0.5],
  ['many numbers of both signs', 50_000, () => uniform() - 0.5],
  ['many of all sizes', 50_000, () => (uniform() - 0.5) * 10 ** (600 * uniform() - 300)],
  ['many ties', 50_000, () => Math.floor(5 * uniform()) / 7],
  ['equal numbers', 50_000, () => 0.25],
  ['numbers that differ in their last bits only', 50_000, () => 1 + uniform() * 1e-9],
])('%s are put in order, equal ones as they came', (_, count, draw) => {
  const values = Array.from({ length: count }, draw);
  const order = ascendingOrder(values);
  const expected = [...values.keys()].sort((i, j) => (values[i] as number) - (values[j] as number) || i - j);
  expect(Array.from(order)).toEqual(expected);
});

test('0 and -0 are equal, also among many', () => {
  const values = Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? 0 : -0));
  expect(Array.from(ascendingOrder(values))).toEqual([...values.keys()]);
});
