import {
  type DataSchema,
  dataSchema,
  inferSchema,
  overrideSchema,
} from '../../../../lambda/domain/data/data-schema';
import { baselineProfile } from '../../../../lambda/domain/data/profile';

const BASELINE = {
  ...baselineProfile([
    { name: 'age', kind: 'numeric', cells: [20, 30, 70, Number.NaN] },
    { name: 'city', kind: 'categorical', cells: ['Ulm', 'Ulm', 'Bonn', ''] },
  ]),
  labelRate: 0.2,
};

test('the schema that a baseline suggests leaves room for change and only warns', () => {
  const schema = inferSchema(BASELINE);
  expect(schema).toEqual({
    columns: {
      age: {
        type: 'number',
        range: { minimum: -30, maximum: 120, severity: 'warn' },
        missing: { maximum: 0.55, severity: 'warn' },
      },
      city: {
        type: 'category',
        values: { allowed: ['Ulm', 'Bonn'], maximumOther: 0.05, severity: 'warn' },
        missing: { maximum: 0.55, severity: 'warn' },
      },
    },
    rows: { minimum: 2, severity: 'warn' },
    labelRate: { minimum: 0.1, maximum: 0.6, severity: 'warn' },
  });
  expect(dataSchema.parse(JSON.parse(JSON.stringify(schema)))).toEqual(schema);
});

test('own checks take the place of suggested ones, check by check', () => {
  const own: DataSchema = {
    columns: { age: { range: { minimum: 0 } }, city: { type: 'number' }, id: { unique: {} } },
    rows: { minimum: 9 },
  };
  const { columns, rows, labelRate } = overrideSchema(inferSchema(BASELINE), own);
  expect(columns?.age).toEqual({
    type: 'number',
    range: { minimum: 0 },
    missing: { maximum: 0.55, severity: 'warn' },
  });
  expect(columns?.city).toEqual({ type: 'number' });
  expect(columns?.id).toEqual({ unique: {} });
  expect([rows, labelRate?.minimum]).toEqual([{ minimum: 9 }, 0.1]);
});
