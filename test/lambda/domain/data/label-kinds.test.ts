import type { Problem } from '../../../../contracts/problem';
import type { Row } from '../../../../lambda/domain/data/cell';
import type { DataSchema } from '../../../../lambda/domain/data/data-schema';
import { DatasetValidation } from '../../../../lambda/domain/data/validation';

const HEADER = ['price', 'area', 'city'];
const NOW = new Date('2026-11-24T10:00:00Z');

const validate = (rows: readonly Row[], problem: Problem, schema: DataSchema = {}) => {
  const columns = { city: { type: 'category' as const }, ...schema.columns };
  const validation = new DatasetValidation(HEADER, {
    label: 'price',
    problem,
    features: ['area', 'city'],
    ignored: [],
    required: [],
    schema: { ...schema, columns },
    minimumRows: 2,
  });
  for (const [index, row] of rows.entries()) validation.add(row, { file: 'a.csv', line: index + 2 });
  return validation.findings({ now: NOW });
};
const rowsOf = (count: number, row: (i: number) => Row): Row[] =>
  Array.from({ length: count }, (_, i) => row(i));
const noise = (i: number) => String((i * 7919) % 101);
const cityOf = (i: number) => (i % 3 ? 'Ulm' : 'Bonn');

describe('labels that are numbers', () => {
  const REGRESSION = { type: 'regression' } as const;
  const good = rowsOf(100, (i) => [`${i}.5`, noise(i), cityOf(i)]);

  test('have no findings', () => {
    expect(validate(good, REGRESSION)).toEqual([]);
    expect(
      validate(
        rowsOf(9, (i) => [i % 2, noise(i), 'Ulm']),
        REGRESSION,
      ),
    ).toEqual([]);
  });

  test.each<[string, Row[], string]>([
    [
      'no number',
      [...good, ['dear', '1', 'Ulm']],
      "label 'price' is not a finite number in 1 rows: a.csv line 102 ('dear')",
    ],
    [
      'infinite',
      [...good, [Number.POSITIVE_INFINITY, '1', 'Ulm']],
      'is not a finite number in 1 rows: a.csv line 102',
    ],
    ['missing', [...good, ['NaN', '1', 'Ulm']], "label 'price' is missing in 1 rows: a.csv line 102"],
    [
      'all the same',
      rowsOf(9, () => ['3', '1', 'Ulm']),
      "label 'price' is 3 in all rows: there is nothing to learn",
    ],
  ])('that are %s stop the retraining', (_, rows, message) => {
    expect(validate(rows, REGRESSION)).toEqual([
      expect.objectContaining({ severity: 'stop', message: expect.stringContaining(message) }),
    ]);
  });

  test('have a range, if the schema says so', () => {
    const schema: DataSchema = { columns: { price: { range: { minimum: 0, maximum: 99 } } } };
    expect(validate(good, REGRESSION, schema)).toMatchObject([
      {
        rule: 'range',
        severity: 'stop',
        message: expect.stringContaining("label 'price' is outside 0 to 99 in 1 of"),
      },
    ]);
  });

  const leaking = (cell: (i: number) => string, schema: DataSchema = {}) =>
    validate(
      rowsOf(400, (i) => [String((i * 37) % 401), cell((i * 37) % 401), cityOf(i)]),
      REGRESSION,
      schema,
    );

  test.each<[string, (label: number) => string, string]>([
    ['equals them', String, "feature 'area' is the label itself"],
    ['rises with them', (label) => String(label ** 3 - 1e6), 'predicts the label on its own (concordance 1)'],
    ['falls with them', (label) => String(-label), '(concordance 1)'],
  ])('are given away by a feature that %s', (_, cell, message) => {
    expect(leaking(cell)).toMatchObject([{ rule: 'leakage', message: expect.stringContaining(message) }]);
  });

  test('are given away by categories, but not by a good feature nor by ids', () => {
    const categories: DataSchema = { columns: { area: { type: 'category' } } };
    expect(leaking((label) => `about ${Math.floor(label / 40)}`, categories)).toEqual([]);
    expect(leaking((label) => `row ${label}`, categories)).toEqual([]);
    expect(leaking((label) => String(label + ((label * 31) % 60)))).toEqual([]);
    const coarse = rowsOf(400, (i) => [i % 4, `q${i % 4}`, cityOf(i)]);
    expect(validate(coarse, REGRESSION, categories)).toMatchObject([{ rule: 'leakage' }]);
  });
});

describe('labels of several classes', () => {
  const THREE = { type: 'multiClass', classes: 3 } as const;
  const good = rowsOf(90, (i) => [i % 3, noise(i), i % 2 ? 'Ulm' : 'Bonn']);

  test('have no findings', () => {
    expect(validate(good, THREE)).toEqual([]);
  });

  test.each<[string, Row[], string]>([
    [
      'no class',
      [...good, ['3', '1', 'Ulm']],
      "label 'price' is not a whole number from 0 to 2 in 1 rows: a.csv line 92 ('3')",
    ],
    ['half a class', [...good, ['1.5', '1', 'Ulm']], 'is not a whole number from 0 to 2 in 1 rows'],
    [
      'never one of the classes',
      good.filter(([label]) => label !== 1),
      "label 'price' is in no row 1: each of the 3 classes",
    ],
  ])('that are %s stop the retraining', (_, rows, message) => {
    expect(validate(rows, THREE)).toEqual([
      expect.objectContaining({ severity: 'stop', message: expect.stringContaining(message) }),
    ]);
  });

  const leaking = (cell: (label: number, i: number) => string) =>
    validate(
      rowsOf(300, (i) => [i % 3, cell(i % 3, i), i % 2 ? 'Ulm' : 'Bonn']),
      THREE,
    );

  test('are given away by a feature that tells each of them, not by one that tells a single class', () => {
    expect(leaking((label) => String(label))).toMatchObject([
      { rule: 'leakage', message: expect.stringContaining("feature 'area' is the label itself") },
    ]);
    expect(leaking((label) => ['7', '3', '5'][label] as string)).toMatchObject([
      { message: expect.stringContaining('predicts the label on its own (AUC 1)') },
    ]);
    expect(leaking((label, i) => (label === 0 ? '9' : noise(i)))).toEqual([]);
  });
});
