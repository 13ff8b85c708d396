import type { Row } from '../../../../lambda/domain/data/cell';
import type { DataSchema } from '../../../../lambda/domain/data/data-schema';
import {
  checkHeader,
  type DatasetExpectation,
  DatasetValidation,
} from '../../../../lambda/domain/data/validation';

const EXPECTATION: DatasetExpectation = {
  label: 'late',
  problem: { type: 'binary' },
  features: ['hour', 'airport'],
  ignored: ['id', 'day'],
  required: [],
  schema: { columns: { airport: { type: 'category' } } },
  minimumRows: 2,
};
const HEADER = ['late', 'hour', 'airport'];
const GOOD: Row[] = [
  ['1', '7.5', 'SFO'],
  ['0', '-1e2', 'LAX'],
];
const NOW = new Date('2026-11-24T10:00:00Z');

const validate = (
  rows: readonly Row[],
  { header = HEADER, schema = {} }: { header?: string[]; schema?: DataSchema } = {},
  newestFile = NOW,
) => {
  const columns = { ...EXPECTATION.schema.columns, ...schema.columns };
  const validation = new DatasetValidation(header, { ...EXPECTATION, schema: { ...schema, columns } });
  for (const [index, row] of rows.entries()) validation.add(row, { file: 'a.csv', line: index + 2 });
  return validation.findings({ now: NOW, newestFile });
};

test('good data have no findings', () => {
  expect(validate(GOOD)).toEqual([]);
});

test.each<[string, readonly Row[], string, string]>([
  ['too few rows', [], 'minimum-rows', '0 rows, but at least 2 are needed'],
  [
    'one class',
    [GOOD[0] as Row, ['1', '8', 'SFO']],
    'label-classes',
    "label 'late' is 0 in 0 rows and 1 in 2",
  ],
  [
    'a missing label',
    [...GOOD, ['', '8', 'SFO']],
    'label-missing',
    "label 'late' is missing in 1 rows: a.csv line 4",
  ],
  [
    'a third class',
    [...GOOD, ['2', '8', 'SFO']],
    'label-values',
    "label 'late' is neither 0 nor 1 in 1 rows: a.csv line 4 ('2')",
  ],
  [
    'text in a number',
    [...GOOD, ['1', '0x1F', 'SFO']],
    'numeric-cells',
    "feature 'hour' is not a number in 1 of 3 rows: a.csv line 4 ('0x1F')",
  ],
  [
    'a short row',
    [...GOOD, ['1', '8']],
    'row-length',
    "1 of 3 rows do not have the header's 3 cells: a.csv line 4",
  ],
  [
    'a feature that is never there',
    GOOD.map(([late, hour]) => [late as string, hour as string, ' ']),
    'missing-cells',
    "feature 'airport' is missing in 2 of 2 rows",
  ],
])('%s stops the retraining and is told with its place', (_, rows, rule, message) => {
  expect(validate(rows)).toEqual([
    expect.objectContaining({ rule, severity: 'stop', message: expect.stringContaining(message) }),
  ]);
});

test('some missing cells draw a warning', () => {
  expect(validate([...GOOD, ['1', 'NaN', 'SFO']])).toEqual([
    {
      rule: 'missing-cells',
      severity: 'warn',
      message: "feature 'hour' is missing in 1 of 3 rows",
      column: 'hour',
      count: 1,
    },
  ]);
});

test('of many places the first twenty are kept and the first two are told', () => {
  const [finding, ...others] = validate([...GOOD, ...Array<Row>(50).fill(['1', 'x', 'SFO'])]);
  expect(others).toEqual([]);
  expect(finding?.message).toBe(
    "feature 'hour' is not a number in 50 of 52 rows: a.csv line 4 ('x'), a.csv line 5 ('x'), ...",
  );
  expect(finding?.count).toBe(50);
  expect(finding?.places).toEqual(
    Array.from({ length: 20 }, (_, i) => ({ file: 'a.csv', line: 4 + i, value: 'x' })),
  );
});

describe('a schema', () => {
  const rows: Row[] = [...GOOD, ['1', '8', 'JFK'], ['0', '30', 'SFO']];

  test.each<[string, DataSchema, string]>([
    [
      'with a range',
      { columns: { hour: { range: { minimum: -100, maximum: 24 } } } },
      "range: feature 'hour' is outside -100 to 24 in 1 of 4 rows: a.csv line 5 ('30')",
    ],
    [
      'with categories',
      { columns: { airport: { type: 'category', values: { allowed: ['SFO', 'LAX'] } } } },
      "values: feature 'airport' is none of its 2 categories in 1 of 4 rows: a.csv line 4 ('JFK')",
    ],
    [
      'with unique values',
      { columns: { airport: { type: 'category', unique: {} } } },
      "unique: feature 'airport' repeats a value in 1 of 4 rows: a.csv line 5 ('SFO')",
    ],
    ['with fewer rows', { rows: { maximum: 3 } }, 'maximum-rows: 4 rows, more than 3'],
    ['with more rows', { rows: { minimum: 5 } }, 'minimum-rows: 4 rows, fewer than 5'],
    [
      'with another rate of the label',
      { labelRate: { maximum: 0.4 } },
      "label-rate: label 'late' is 1 in 0.5 of the rows, not in 0 to 0.4",
    ],
  ])('%s finds what does not fit, and how bad it is', (_what, schema, expected) => {
    const [finding, ...others] = validate(rows, { schema });
    expect(others).toEqual([]);
    expect(`${finding?.rule}: ${finding?.message}`).toBe(expected);
    expect(finding?.severity).toBe('stop');
    const milder = JSON.parse(
      JSON.stringify(schema).replace(
        /("(?:range|values|unique|rows|labelRate)":\{)(\}?)/,
        (_all, start, end) => (end ? `${start}"severity":"warn"}` : `${start}"severity":"warn",`),
      ),
    ) as DataSchema;
    expect(validate(rows, { schema: milder }).map(({ severity }) => severity)).toEqual(['warn']);
  });

  test('lets through what is within its limits', () => {
    const schema: DataSchema = {
      columns: {
        hour: { range: { minimum: -100, maximum: 30 }, missing: { maximum: 0.2 } },
        airport: { type: 'category', values: { allowed: ['SFO', 'LAX'], maximumOther: 0.25 } },
      },
      rows: { minimum: 5, maximum: 5 },
      labelRate: { minimum: 0.4, maximum: 0.6 },
      freshness: { maximumAgeHours: 1 },
    };
    expect(validate([...rows, ['0', '', 'SFO']], { schema })).toEqual([]);
  });

  test('tells more missing values than it allows', () => {
    const schema: DataSchema = { columns: { hour: { missing: { maximum: 0.1, severity: 'stop' } } } };
    expect(validate([...rows, ['0', '', 'SFO']], { schema })).toEqual([
      {
        rule: 'missing-cells',
        severity: 'stop',
        message: "feature 'hour' is missing in 1 of 5 rows, more than 10 %",
        column: 'hour',
        count: 1,
      },
    ]);
  });

  test('tells data that are too old, by the newest file or by a column', () => {
    const dated = rows.map((row, i) => [...row, `2026-11-${20 + i} 12:00`]);
    const header = [...HEADER, 'day'];
    expect(
      validate(rows, { schema: { freshness: { maximumAgeHours: 24 } } }, new Date('2026-11-22T10:00:00Z')),
    ).toEqual([
      {
        rule: 'freshness',
        severity: 'stop',
        message: 'the newest file was written 2026-11-22T10:00:00.000Z, 48 hours ago: more than 24',
      },
    ]);
    const byColumn = (maximumAgeHours: number) =>
      validate(dated, {
        header,
        schema: { freshness: { maximumAgeHours, column: 'day', severity: 'warn' } },
      });
    expect(byColumn(22)).toEqual([]);
    expect(byColumn(21)).toMatchObject([
      {
        severity: 'warn',
        message: "the newest 'day' is 2026-11-23T12:00:00.000Z, 22 hours ago: more than 21",
      },
    ]);
  });

  test('finds cells that are no times', () => {
    const header = [...HEADER, 'day'];
    const dated = ['2026-11-23', '2026-11-23T10:00:00.5+01:00', 'yesterday', '11/23/2026'];
    const findings = validate(
      rows.map((row, i) => [...row, dated[i] as string]),
      { header, schema: { columns: { day: { type: 'time' } } } },
    );
    expect(findings).toMatchObject([
      {
        rule: 'time-cells',
        message:
          "column 'day' is not a time in 2 of 4 rows: a.csv line 4 ('yesterday'), a.csv line 5 ('11/23/2026')",
      },
    ]);
  });
});

describe('a feature that gives the label away', () => {
  const leaking = (cell: (label: number, row: number) => string, schema: DataSchema = {}) =>
    validate(
      Array.from({ length: 400 }, (_, i) => {
        const label = Number((i * 7919) % 10 < 3);
        return [String(label), cell(label, i), (i * 31) % 3 ? 'SFO' : 'LAX'];
      }),
      { schema },
    );

  test.each<[string, (label: number, row: number) => string, string]>([
    ['equals it', (label) => `${label}.0`, "feature 'hour' is the label itself"],
    ['is its opposite', (label) => String(1 - label), "feature 'hour' predicts the label on its own (AUC 1)"],
    ['is above a threshold', (label, row) => String(label * 1000 + (row % 100)), '(AUC 1)'],
    ['is only there for one class', (label) => (label === 1 ? '5' : ''), '(AUC 1)'],
  ])('because it %s stops the retraining', (_how, cell, message) => {
    const findings = leaking(cell).filter(({ rule }) => rule !== 'missing-cells');
    expect(findings).toMatchObject([{ rule: 'leakage', severity: 'stop', column: 'hour' }]);
    expect(findings[0]?.message).toContain(message);
    expect(findings[0]?.message).toContain('leave it out of the features');
  });

  test('is found among categories, too, but ids of rows are not taken for it', () => {
    const schema: DataSchema = { columns: { hour: { type: 'category' } } };
    expect(leaking((label, row) => `${label ? 'yes' : 'no'}${row % 4}`, schema)).toMatchObject([
      { rule: 'leakage' },
    ]);
    expect(leaking((_label, row) => `row ${row}`, schema)).toEqual([]);
  });

  test('is not a good feature, nor one among few rows', () => {
    expect(leaking((label, row) => String(label * 50 + (row % 100)))).toEqual([]);
    expect(validate(Array.from({ length: 30 }, (_, i) => [String(i % 2), String(i % 2), 'SFO']))).toEqual([]);
  });

  test('is let through by a schema that says so', () => {
    const schema: DataSchema = { leakage: { maximumAuc: 0.999, severity: 'warn' } };
    expect(leaking((label) => String(label), schema)).toMatchObject([{ severity: 'warn' }]);
  });
});

describe('a header', () => {
  const check = (header: readonly string[], required: readonly string[] = []) =>
    checkHeader(header, { ...EXPECTATION, required });

  test('may have its columns in any order, and unknown ones are only told', () => {
    expect(check(['airport', 'id', 'hour', 'late'])).toEqual([]);
    expect(check(['airport', 'note', 'hour', 'late'])).toEqual([
      {
        rule: 'unexpected-columns',
        severity: 'warn',
        message: "columns 'note' are neither label nor feature and are not used",
      },
    ]);
  });

  test.each<[string, string[], string]>([
    ['is absent', [], 'the file is empty; it needs a header'],
    [
      'lacks a column',
      ['late', 'Hour'],
      "columns 'hour', 'airport', 'day' are absent; the header is 'late', 'Hour'",
    ],
    ['lacks a column of the schema', HEADER, "columns 'day' are absent"],
    ['has a column twice', [...HEADER, 'day', 'hour'], "columns 'hour' occur more than once"],
    ['is a row', ['1', '2', '3'], "'1' is a number, not the name of a column"],
  ])('that %s stops the retraining', (_what, header, message) => {
    const [finding, ...others] = check(header, ['day']).filter(({ severity }) => severity === 'stop');
    expect(others).toEqual([]);
    expect(finding?.message).toContain(message);
  });
});

test.each([
  ['without a name', ['', ...HEADER], 'column 1 has no name'],
  ['with a blank name', [...HEADER, ' '], 'column 4 has no name'],
  ['of an index that pandas read', ['Unnamed: 0', ...HEADER], "column 'Unnamed: 0' is the index of a table"],
  ['of an index in Parquet', [...HEADER, '__index_level_0__'], "column '__index_level_0__' is the index"],
])('a column %s stops the retraining', (_, header, message) => {
  expect(checkHeader(header, EXPECTATION)).toEqual([
    { rule: 'columns', severity: 'stop', message: expect.stringContaining(message) },
  ]);
});

test('an index that is listed as ignored is no feature, and does no harm', () => {
  const ignored = ['Unnamed: 0'];
  expect(checkHeader(['Unnamed: 0', ...HEADER], { ...EXPECTATION, ignored })).toEqual([]);
});

test('NA is a category where the column has categories, and missing where it has numbers', () => {
  expect(validate([...GOOD, ['1', '8', 'NA']])).toEqual([]);
  expect(validate([...GOOD, ['1', 'NA', 'SFO']])).toMatchObject([
    { rule: 'missing-cells', message: "feature 'hour' is missing in 1 of 3 rows" },
  ]);
});

test('text such as NA is not a missing number in a file whose cells have types', () => {
  const validation = new DatasetValidation(HEADER, EXPECTATION);
  const rows: Row[] = [...GOOD, [1, 'NA', 'SFO'], [1, '', 'SFO']];
  for (const [index, row] of rows.entries()) {
    validation.add(row, { file: 'a.jsonl', line: index + 1, isTyped: true });
  }
  expect(validation.findings({ now: NOW, newestFile: NOW })).toMatchObject([
    {
      rule: 'numeric-cells',
      message: "feature 'hour' is not a number in 1 of 4 rows: a.jsonl line 3 ('NA')",
    },
    { rule: 'missing-cells', message: "feature 'hour' is missing in 1 of 4 rows" },
  ]);
});
