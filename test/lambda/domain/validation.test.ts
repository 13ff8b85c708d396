import type { Row } from '../../../lambda/domain/cell';
import { type DatasetExpectation, startValidation } from '../../../lambda/domain/validation';

const EXPECTATION: DatasetExpectation = {
  labelColumn: 'late',
  features: { hour: 'numeric', airport: 'categorical' },
  minimumRows: 2,
};
const HEADER = ['late', 'hour', 'airport'];
const GOOD: Row[] = [
  ['1', '7.5', 'SFO'],
  ['0', '-1e2', 'LAX'],
];

const validate = (rows: readonly Row[], header = HEADER) => {
  const validation = startValidation(header, EXPECTATION);
  for (const row of rows) validation.add(row);
  return validation.findings();
};

test('good data has no findings', () => {
  expect(validate(GOOD)).toEqual([]);
});

test('columns may come in any order, and unknown ones are only reported', () => {
  const rows = GOOD.map(([late, hour, airport]) => [airport as string, 'x', hour as string, late as string]);
  expect(validate(rows, ['airport', 'note', 'hour', 'late'])).toEqual([
    {
      rule: 'unexpected-columns',
      severity: 'warn',
      message: "columns 'note' are neither label nor feature and are not used",
    },
  ]);
});

test.each<[string, readonly Row[], string, string]>([
  ['too few rows', [], 'minimum-rows', '0 rows, but at least 2 are needed'],
  [
    'one class',
    [GOOD[0] as Row, ['1', '8', 'SFO']],
    'label-classes',
    "label 'late' is 0 in 0 rows and 1 in 2",
  ],
  ['a missing label', [...GOOD, ['', '8', 'SFO']], 'label-missing', "label 'late' is missing in 1 rows"],
  [
    'a third class',
    [...GOOD, ['2', '8', 'SFO']],
    'label-binary',
    "label 'late' is neither 0 nor 1 in 1 rows",
  ],
  [
    'text in a number',
    [...GOOD, ['1', '0x1F', 'SFO']],
    'numeric-cells',
    "feature 'hour' is not a number in 1 of 3",
  ],
  ['a short row', [...GOOD, ['1', '8']], 'row-length', "1 of 3 rows do not have the header's 3 cells"],
  [
    'a feature that is never there',
    GOOD.map(([late, hour]) => [late as string, hour as string, ' ']),
    'missing-cells',
    "feature 'airport' is missing in 2 of 2 rows",
  ],
])('%s stops the retraining', (_, rows, rule, message) => {
  expect(validate(rows)).toEqual([{ rule, severity: 'stop', message: expect.stringContaining(message) }]);
});

test('some missing cells draw a warning', () => {
  expect(validate([...GOOD, ['1', 'NaN', 'SFO']])).toEqual([
    { rule: 'missing-cells', severity: 'warn', message: "feature 'hour' is missing in 1 of 3 rows" },
  ]);
});

test('an absent column stops the retraining and is named with the header', () => {
  const findings = validate(
    GOOD.map(([late, hour]) => [late as string, hour as string]),
    ['late', 'Hour'],
  );
  expect(findings).toContainEqual({
    rule: 'columns',
    severity: 'stop',
    message: "columns 'hour', 'airport' are absent; the header is 'late', 'Hour'",
  });
});

test('a column that occurs twice stops the retraining', () => {
  const rows = GOOD.map((row) => [...row, '1']);
  expect(validate(rows, [...HEADER, 'hour'])).toContainEqual(
    expect.objectContaining({ rule: 'duplicate-columns', severity: 'stop' }),
  );
});
