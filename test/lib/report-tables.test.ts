import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { baselineProfile, profileRows } from '../../lambda/domain/data/profile';
import { driftRows } from '../../lambda/domain/pages/drift/drift-rows';
import { qualityRows } from '../../lambda/domain/pages/quality/quality-rows';
import { reportTableKey } from '../../lambda/domain/records/bucket-layout';
import { jsonLines } from '../../lambda/domain/records/json-lines';
import { detectDrift } from '../../lambda/domain/traffic/drift';
import type { DriftComparisonReport, DriftDocument } from '../../lambda/domain/traffic/drift-document';
import { DriftTable, QualityTable } from '../../lib';

const numbers = Array.from({ length: 400 }, (_, index) => index);
const TRAINING = baselineProfile([{ name: 'load', kind: 'numeric', cells: numbers }]);
const MOVED = profileRows(
  TRAINING,
  ['load'],
  numbers.map((value) => ({ cells: [value + 150] })),
);
const report = detectDrift(TRAINING, MOVED);
const comparison: DriftComparisonReport = {
  from: '2026-11-23T10:00:00.000Z',
  windowHours: 24,
  reference: { settings: { is: 'trainingData' }, rows: 400 },
  report: {
    ...report,
    features: report.features.map((one) => ({ ...one, since: '2026-11-24T08:00:00.000Z' })),
  },
};
const DOCUMENT: DriftDocument = {
  version: 2,
  modelVersion: '1.2.0',
  variant: 'green',
  until: '2026-11-24T10:00:00.000Z',
  unreadable: 0,
  ignoredFeatures: [],
  status: 'drift',
  drifted: ['load'],
  comparisons: [comparison, { ...comparison, pending: 'it is too young' }],
};

function tableOf(prefix?: string, Table: typeof DriftTable | typeof QualityTable = DriftTable) {
  const stack = new Stack(new App(), 'Test');
  const bucket = Bucket.fromBucketName(stack, 'Reports', 'reports');
  new Table(stack, 'Table', {
    bucket,
    databaseName: 'models',
    tableName: 'drift',
    ...(prefix !== undefined && { prefix }),
  });
  const [table] = Object.values(Template.fromStack(stack).findResources('AWS::Glue::Table'));
  return table?.Properties.TableInput;
}

test('the table has exactly the columns that the monitor writes', () => {
  const [row] = driftRows('flights', DOCUMENT);
  const columns = tableOf().StorageDescriptor.Columns.map(({ Name }: { Name: string }) => Name);
  expect(columns).toEqual(Object.keys(row ?? {}));
});

test('the table of quality has exactly the columns that the monitor writes', () => {
  const [row] = qualityRows('flights', {
    version: 1,
    from: '2026-11-23T10:00:00.000Z',
    until: '2026-11-24T10:00:00.000Z',
    modelVersion: '1.2.0',
    variant: 'green',
    labels: 0,
    unusable: 0,
    unanswered: 0,
    metrics: {},
    estimated: { rows: 100, accuracy: 0.9 },
  });
  const columns = tableOf(undefined, QualityTable).StorageDescriptor.Columns;
  expect(columns.map(({ Name }: { Name: string }) => Name)).toEqual(Object.keys(row ?? {}));
  expect(row).toMatchObject({ metric: 'estimatedAccuracy', value: 0.9, label_count: 0 });
});

test('the table finds the files of a day without a crawler', () => {
  const location = tableOf().Parameters['storage.location.template'].replace(/\$\{day\}/, '2026-11-24');
  expect(`s3://reports/${reportTableKey('drift', 'green', '2026/11/24/09')}`).toBe(
    `${location}09-green.jsonl`,
  );
  expect(tableOf('model-monitor/credit').StorageDescriptor.Location).toBe(
    's3://reports/model-monitor/credit/profiles/drift-table/',
  );
});

test('there is a row for each comparison and feature, in a line each', () => {
  const rows = driftRows('flights', DOCUMENT);
  expect(rows).toMatchObject([
    {
      until: '2026-11-24 10:00:00',
      since: '2026-11-24 08:00:00',
      pipeline: 'flights',
      model_version: '1.2.0',
      variant: 'green',
      window_hours: 24,
      reference: 'the training data',
      feature: 'load',
      status: 'drift',
      row_count: 400,
      distance: report.features[0]?.distance,
      change: expect.stringContaining('of the values are above'),
    },
    { status: 'insufficient-rows', feature: 'load' },
  ]);
  expect(jsonLines(rows).trimEnd().split('\n')).toHaveLength(2);
  expect(jsonLines([])).toBe('');
});
