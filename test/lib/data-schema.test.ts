import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { dataSchema, inferSchema } from '../../lambda/domain/data/data-schema';
import { baselineProfile } from '../../lambda/domain/data/profile';
import {
  CheckSeverity,
  ColumnType,
  DataSchema,
  type DataSchemaProps,
  DataSplit,
  DuplicateRows,
  ModelPipeline,
} from '../../lib';

describe('a schema of training data', () => {
  const folder = mkdtempSync(join(tmpdir(), 'schema-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const fromText = (text: string) => {
    const path = join(folder, 'schema.json');
    writeFileSync(path, text);
    return DataSchema.fromFile(path);
  };

  const whole: DataSchemaProps = {
    columns: {
      age: { range: { minimum: 0, maximum: 120 }, missing: { maximum: 0.01, severity: CheckSeverity.WARN } },
      city: { type: ColumnType.CATEGORY, values: { allowed: ['Ulm'], maximumOther: 0.1 } },
      id: { type: ColumnType.CATEGORY, unique: {} },
      day: { type: ColumnType.TIME },
    },
    rows: { minimum: 1000, maximum: 1e6 },
    freshness: { maximumAge: Duration.days(2), column: 'day', severity: CheckSeverity.WARN },
    labelRate: { minimum: 0.1, maximum: 0.3 },
    leakage: { maximumAuc: 1 },
  };

  test('reaches the function that validates, as a file', () => {
    const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
    new ModelPipeline(stack, 'Model', {
      pipelineName: 'flights',
      training: { source: 'examples/flights/source' },
      data: { label: 'late', ignoredColumns: ['id', 'day'], schema: DataSchema.of(whole) },
    });
    const functions = Template.fromStack(stack).findResources('AWS::Lambda::Function');
    const settings = JSON.stringify(
      Object.entries(functions).find(([id]) => id.includes('ValidateData'))?.[1].Properties.Environment,
    );
    expect(settings).toContain('cdk-hnb659fds-assets-111111111111-eu-central-1');
    expect(settings).toMatch(/[0-9a-f]{64}\.json/);
  });

  test('and the way of splitting reach the functions, and the column of a split is no feature', () => {
    const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
    new ModelPipeline(stack, 'Model', {
      pipelineName: 'flights',
      training: { source: 'examples/flights/source' },
      data: {
        label: 'late',
        ignoredColumns: ['id'],
        split: DataSplit.byTime('day'),
        duplicates: DuplicateRows.DROP,
      },
    });
    const functions = Template.fromStack(stack).findResources('AWS::Lambda::Function');
    const settingsOf = (name: string) => {
      const found = Object.entries(functions).find(([id]) => id.startsWith(`ModelRetraining${name}`));
      return JSON.parse(found?.[1].Properties.Environment.Variables.SETTINGS as string) as object;
    };
    const expected = { split: { by: 'time', column: 'day' }, ignoredColumns: ['id', 'day'] };
    expect(settingsOf('ValidateData')).toMatchObject(expected);
    expect(settingsOf('SplitData')).toMatchObject({ ...expected, duplicates: 'drop' });
  });

  test('is the one that the function reads', () => {
    const document = JSON.parse(JSON.stringify(DataSchema.of(whole))).document as Record<string, object>;
    expect(dataSchema.parse(document)).toEqual(document);
    expect(document.freshness).toEqual({ maximumAgeHours: 48, column: 'day', severity: 'warn' });
    expect(DataSchema.of(whole).problems()).toEqual([]);
  });

  test('may be read from what the CLI prints', () => {
    const baseline = baselineProfile([
      { name: 'age', kind: 'numeric', cells: [1, 2, 3] },
      { name: 'city', kind: 'categorical', cells: ['Ulm', 'Ulm', ''] },
    ]);
    expect(
      fromText(JSON.stringify(inferSchema({ ...baseline, labelRate: 0.3 }), null, 2)).problems(),
    ).toEqual([]);
  });

  test.each<[string, string[]]>([
    ['[]', ['schema must be an object, got []']],
    ['{"row":{}}', ['schema.row is unknown, expected columns, rows, freshness, labelRate, leakage']],
    [
      '{"columns":{"age":{"type":"int","range":{"minimum":9,"maximum":1}}}}',
      [
        'schema.columns.age.type must be number or category or time, got "int"',
        'schema.columns.age.range.minimum is above its maximum',
      ],
    ],
    ['{"columns":{"age":3}}', ['schema.columns.age must be an object, got 3']],
    [
      '{"columns":{"age":{"values":{"severity":"halt"}}}}',
      [
        'schema.columns.age.values.allowed is missing',
        'schema.columns.age.values.severity must be stop or warn, got "halt"',
      ],
    ],
    ['{"rows":{"minimum":0.5}}', ['schema.rows.minimum must be a whole number of at least 0, got 0.5']],
    ['{"freshness":{"column":"day"}}', ['schema.freshness.maximumAgeHours is missing']],
    ['{"labelRate":{"minimum":2}}', ['schema.labelRate.minimum must be 0 to 1, got 2']],
    ['{"leakage":{"maximumAuc":0.2}}', ['schema.leakage.maximumAuc must be 0.5 to 1, got 0.2']],
  ])('with mistakes tells each with its place: %s', (text, problems) => {
    expect(fromText(text).problems()).toEqual(problems);
  });

  test('that is no JSON names its file', () => {
    expect(() => fromText('{"columns":')).toThrow(/^the schema .*schema\.json is not JSON: /);
  });
});
