import { binOf } from '../../lambda/domain/data/bins';
import type { Cell } from '../../lambda/domain/data/cell';
import type { FeatureKind, ProfileColumn, ProfileRow } from '../../lambda/domain/data/profile';
import type { Random } from '../random';

/** A feature of the benchmark's table. */
interface Feature {
  readonly name: string;
  readonly kind: FeatureKind;
  readonly draw: (random: Random) => Cell;
}

const several = (count: number, feature: Feature): Feature[] =>
  Array.from({ length: count }, (_, index) => ({ ...feature, name: `${feature.name}${index}` }));

/**
 * 20 features, as tables of production have them: without, and with, ties, tails, missing and rare values.
 */
export const TABLE: readonly Feature[] = [
  ...several(7, { name: 'normal', kind: 'numeric', draw: (random) => random.normal() }),
  ...several(4, { name: 'lognormal', kind: 'numeric', draw: (random) => Math.exp(1.5 * random.normal()) }),
  ...several(2, {
    name: 'sparse',
    kind: 'numeric',
    draw: (random) => (random.uniform() < 0.05 ? Number.NaN : random.normal()),
  }),
  ...several(3, {
    name: 'count',
    kind: 'numeric',
    draw: (random) => Math.floor(-2 * Math.log(1 - random.uniform())),
  }),
  ...several(2, {
    name: 'plan',
    kind: 'categorical',
    draw: (random) => `plan ${Math.floor(5 * random.uniform())}`,
  }),
  { name: 'city', kind: 'categorical', draw: zipf(300) },
  { name: 'product', kind: 'categorical', draw: zipf(5000) },
];

/** What happens to one feature of a window. */
export interface Change {
  readonly feature: string;
  readonly of: (cell: Cell, random: Random) => Cell;
}

const some = (feature: string, share: number, cell: Cell): Change => ({
  feature,
  of: (old, random) => (random.uniform() < share ? cell : old),
});

export const CHANGES: Readonly<Record<string, Change>> = {
  'shift of .25 sigma': { feature: 'normal0', of: (cell) => Number(cell) + 0.25 },
  'shift of .5 sigma': { feature: 'normal0', of: (cell) => Number(cell) + 0.5 },
  '1.25 times as wide': { feature: 'normal0', of: (cell) => 1.25 * Number(cell) },
  '1.5 times as wide': { feature: 'normal0', of: (cell) => 1.5 * Number(cell) },
  '3 % at 8 sigma': some('normal0', 0.03, 8),
  '3 % missing': some('normal0', 0.03, Number.NaN),
  '5 % missing that become 10 %': some('sparse0', 0.05 / 0.95, Number.NaN),
  '3 % of a new category': some('plan0', 0.03, 'plan 5'),
  'a category 10 % more often': some('plan0', 0.125, 'plan 0'),
  '25 % stuck': some('normal0', 0.25, 0.7),
  constant: some('normal0', 1, 0.7),
};

/** Training data. */
export function columnsOf(random: Random, rows: number): ProfileColumn[] {
  return TABLE.map(({ name, kind, draw }) => {
    return { name, kind, cells: Array.from({ length: rows }, () => draw(random)) };
  });
}

/** Traffic. */
export function* rowsOf(random: Random, rows: number, change?: Change): Generator<ProfileRow> {
  for (let row = 0; row < rows; row++) {
    const cells = TABLE.map(({ name, draw }) => {
      const cell = draw(random);
      return change?.feature === name ? change.of(cell, random) : cell;
    });
    yield { cells };
  }
}

/** The k-th of so many categories has a probability in proportion to 1 / k. */
function zipf(count: number): (random: Random) => string {
  let sum = 0;
  const ends = Array.from({ length: count }, (_, index) => {
    sum += 1 / (index + 1);
    return sum;
  });
  return (random) => `k${binOf(random.uniform() * sum, ends)}`;
}
