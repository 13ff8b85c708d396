import { frequentCategories, quantileEdges } from '../../../../lambda/domain/data/bins';
import type { Cell } from '../../../../lambda/domain/data/cell';
import { profileCategories, profileNumbers } from '../../../../lambda/domain/data/profile';
import { changeInWords } from '../../../../lambda/domain/pages/drift/drift-words';
import { largestChange } from '../../../../lambda/domain/traffic/drift-change';

const ROWS = 1000;
const spread = (from: number, to: number) =>
  Array.from({ length: ROWS }, (_, i) => from + ((i + 0.5) / ROWS) * (to - from));

function numbers(training: readonly Cell[], window: readonly Cell[]) {
  const edges = quantileEdges(training);
  return changeOf(largestChange(profileNumbers(training, edges), profileNumbers(window, edges)));
}

function categories(training: readonly string[], window: readonly string[]) {
  const known = frequentCategories(training);
  return changeOf(largestChange(profileCategories(training, known), profileCategories(window, known)));
}

const changeOf = (change: ReturnType<typeof largestChange>) => change && changeInWords(change);

const of = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).flatMap(([value, count]) => Array<string>(count).fill(value));

test('a longer upper tail is named by how much lies above the 99th percentile', () => {
  const moved = spread(0, 1).map((value, row) => (row % 5 === 0 ? 0.992 : value));
  expect(numbers(spread(0, 1), moved)).toBe('21 % of the values are above 0.9895; 1 % in the training data');
});

test('numbers beyond all of the training data are named so, by its greatest or its least', () => {
  expect(numbers(spread(0, 1), spread(0.5, 1.5))).toBe(
    '50 % of the values are above 0.9995, beyond all of the training data',
  );
  expect(numbers(spread(0, 1), spread(-0.3, 0.7))).toBe(
    '30 % of the values are below 0.0005, beyond all of the training data',
  );
});

test('numbers that all lie in the middle are named by the part that has grown', () => {
  expect(numbers(spread(0, 1), spread(0.3, 0.45))).toBe(
    '100 % of the values are at most 0.4995; 50 % in the training data',
  );
});

test('missing numbers are named as such', () => {
  const some = spread(0, 1).map((value, row) => (row % 8 === 0 ? '' : value));
  const few = spread(0, 1).map((value, row) => (row === 0 ? '' : value));
  expect(numbers(few, some)).toBe('13 % of the values are missing; 0.1 % in the training data');
  expect(numbers(some, few)).toBe('0.1 % of the values are missing; 13 % in the training data');
  expect(numbers(spread(0, 1), Array(ROWS).fill(''))).toBe(
    '100 % of the values are missing; 0 % in the training data',
  );
});

test('categories are named by the one whose share has changed most', () => {
  const training = of({ AA: 300, DL: 400, UA: 300 });
  expect(categories(training, of({ AA: 550, DL: 250, UA: 200 }))).toBe(
    "55 % of the values are 'AA'; 30 % in the training data",
  );
  expect(categories(training, of({ AA: 300, DL: 700 }))).toBe(
    "0 % of the values are 'UA'; 30 % in the training data",
  );
  expect(categories(training, of({ AA: 240, DL: 320, UA: 240, XX: 100, YY: 100 }))).toBe(
    '20 % of the values are categories that do not occur in the training data',
  );
});

test('a category of control characters, or of any length, is one line of bounded length', () => {
  const words = categories(of({ a: 500, b: 500 }), of({ a: 100, b: 900 }));
  expect(words).toMatch(/^90 % of the values are 'b'|^10 % of the values are 'a'/);
  const long = `x\n${'y'.repeat(5000)}`;
  const named = categories(of({ a: 900, [long]: 100 }), of({ a: 10, [long]: 990 }));
  expect(named).not.toContain('\n');
  expect(named?.length).toBeLessThan(200);
});

test('training data without a number have no change but that of missing values', () => {
  expect(numbers(Array(ROWS).fill(''), spread(0, 1))).toBe(
    '0 % of the values are missing; 100 % in the training data',
  );
});
