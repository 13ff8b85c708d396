import { gzipSync } from 'node:zlib';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { plugin } from '../../../bin/local-page/plugin';
import type { DataSchema } from '../../../lambda/domain/data/data-schema';
import { parseManifest } from '../../../lambda/domain/data/dataset';
import { baselineProfile } from '../../../lambda/domain/data/profile';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { type ValidateProps, validateData } from '../../../lambda/validate-data/validate-data';
import { BUCKET } from '../../local/services/sagemaker-fixture';
import { START } from '../../local/services/service-fixture';
import { fetchPage } from '../../local/web/page-fixture';
import parquet from '../../reference/parquet.json';
import { csvOf, DataFixture } from '../data-fixture';
import { PIPELINE, productionRoute } from '../pipeline-fixture';

describe('validateData', () => {
  let fixture: DataFixture;

  beforeEach(async () => {
    fixture = new DataFixture({ plugins: [plugin] });
    await fixture.start();
    await fixture.routing.create(emptyRouting(PIPELINE));
  });
  afterEach(() => fixture.cloud.stop());

  /** What is answered, and the features that the report names. */
  const judge = async (dataVersion: string, more: Partial<ValidateProps> = {}) => {
    const answer = await validateData(
      { dataVersion },
      {
        store: fixture.store,
        routing: fixture.routing,
        label: 'late',
        problem: { type: 'binary' },
        minimumRows: 10,
        ignoredColumns: [],
        schema: {},
        now: () => START,
        ...more,
      },
    );
    const { columns, categories } = JSON.parse(
      await fixture.get(answer.report.replace('s3://model-data/', '')),
    );
    return { ...answer, columns, categories };
  };
  const validate = async (files: Record<string, string | Uint8Array>, minimumRows = 10) =>
    judge(await fixture.snapshot(files), { minimumRows });
  const finding = (rule: string, message: string, severity = 'stop') => ({ rule, severity, message });

  test('finds nothing in good data, packed or not', async () => {
    const { report, ...others } = await validate({
      '1.csv': csvOf(0, 6),
      '2.csv.gz': gzipSync(csvOf(6, 4)),
    });
    expect(others).toEqual({
      valid: true,
      findings: [],
      rows: 10,
      columns: ['age', 'income'],
      categories: [],
    });
    expect(report).toMatch(/^s3:\/\/model-data\/datasets\/[0-9a-f]{16}\/validation\.json$/);
    // The overview of the local cloud links to it where the data are refused.
    expect(await fetchPage(fixture.cloud, `reports/${encodeURIComponent(report)}`)).toMatchObject({
      status: 200,
      text: expect.stringContaining('"findings"'),
    });
  });

  test('takes columns that are named as what every object has', async () => {
    const line = (n: number) => `{"late":${n % 2},"age":${n},"__proto__":${n},"constructor":"${n % 3}"}`;
    const lines = Array.from({ length: 10 }, (_, n) => line(n)).join('\n');
    const columns = { constructor: { type: 'category' as const } };
    const dataVersion = await fixture.snapshot({ '1.jsonl': `${lines}\n{"late":1,"age":3}\n` });
    expect(await judge(dataVersion, { schema: { columns } })).toMatchObject({
      valid: true,
      columns: ['age', '__proto__', 'constructor'],
      categories: ['constructor'],
      findings: [
        finding('missing-cells', "feature '__proto__' is missing in 1 of 11 rows", 'warn'),
        finding('missing-cells', "feature 'constructor' is missing in 1 of 11 rows", 'warn'),
      ],
    });
  });

  test('counts rows and classes of all files together', async () => {
    const zeros = csvOf(0, 5, (n) => `0,${n},1`);
    const ones = csvOf(5, 5, (n) => `1,${n},1`);
    expect((await validate({ '1.csv': zeros, '2.csv': ones })).valid).toBe(true);
    expect(await validate({ '1.csv': zeros, '2.csv': zeros }, 11)).toMatchObject({
      valid: false,
      findings: [
        finding('minimum-rows', '10 rows, but at least 11 are needed'),
        finding('label-classes', "label 'late' is 0 in 10 rows and 1 in 0: both are needed"),
      ],
    });
  });

  test('finds broken cells, missing ones only as a warning', async () => {
    const data = csvOf(0, 10, (n) => `${n % 2},${n === 3 ? '' : n},${n === 4 ? 'much' : n}`);
    expect(await validate({ '1.csv': data })).toMatchObject({
      valid: false,
      findings: [
        finding(
          'numeric-cells',
          "feature 'income' is not a number in 1 of 10 rows: training-data/1.csv line 6 ('much')",
        ),
        finding('missing-cells', "feature 'age' is missing in 1 of 10 rows", 'warn'),
      ],
    });
  });

  test('takes columns in another order, and says which file has others', async () => {
    const turned = `income,late,age\n${'100,1,7\n'.repeat(5)}`;
    expect((await validate({ '1.csv': csvOf(0, 6), '2.csv': turned })).valid).toBe(true);
    const more = `late,age,income,city\n${'1,7,100,9\n'.repeat(5)}`;
    expect(await validate({ '1.csv': csvOf(0, 6), '2.csv': more })).toMatchObject({
      valid: true,
      findings: [
        finding(
          'unexpected-columns',
          "training-data/2.csv: columns 'city' are neither label nor feature and are not used",
          'warn',
        ),
      ],
    });
    const fewer = `late,income\n${'1,100\n'.repeat(5)}`;
    expect(await validate({ '1.csv': csvOf(0, 6), '2.csv': fewer })).toMatchObject({
      valid: false,
      findings: [
        finding('columns', "training-data/2.csv: columns 'age' are absent; the header is 'late', 'income'"),
      ],
    });
  });

  test('finds rows of another length than their own header', async () => {
    const more = `late,age,income,city\n${'1,7,100,9\n'.repeat(4)}1,7,100\n`;
    const { findings } = await validate({ '1.csv': csvOf(0, 6), '2.csv': more });
    expect(findings[0]).toEqual(
      finding('row-length', "1 of 11 rows do not have the header's 3 cells: training-data/2.csv line 6"),
    );
  });

  test('finds a label that is absent, a missing header and an empty file', async () => {
    expect((await validate({ '1.csv': 'punctual,age\n1,2\n' })).findings).toEqual([
      finding('columns', "training-data/1.csv: columns 'late' are absent; the header is 'punctual', 'age'"),
    ]);
    expect((await validate({ '1.csv': '1,2,3\n0,4,5\n' })).findings).toEqual([
      finding(
        'columns',
        "training-data/1.csv: '1' is a number, not the name of a column: the first line must be a header, and a column name cannot be a number",
      ),
    ]);
    expect((await validate({ '1.csv': csvOf(0, 10), '2.csv': '' })).findings).toEqual([
      finding('columns', 'training-data/2.csv: the file is empty; it needs a header'),
    ]);
  });

  test('finds a file that is not what its name says', async () => {
    expect(await validate({ '1.csv': csvOf(0, 10), '2.csv.gz': csvOf(10, 10) })).toMatchObject({
      valid: false,
      findings: [finding('readable', 'training-data/2.csv.gz cannot be read: incorrect header check')],
    });
  });

  test('finds a file that vanished after the snapshot', async () => {
    const dataVersion = await fixture.snapshot({ '1.csv': csvOf(0, 10) });
    const { files } = parseManifest(await fixture.get(`datasets/${dataVersion}/manifest`));
    await fixture.s3.send(
      new DeleteObjectCommand({ Bucket: BUCKET, Key: files[0]?.key, VersionId: files[0]?.versionId }),
    );
    expect(await judge(dataVersion)).toMatchObject({
      valid: false,
      findings: [finding('readable', 'training-data/1.csv was deleted after the snapshot')],
    });
  });

  test('reads CSV, JSON lines and Parquet together', async () => {
    const parquetFile = Buffer.from(parquet.files.zstd, 'base64');
    const lines = '{"late":1,"delay":2,"carrier":7,"cancelled":0,"departure":3,"ticket":4}\n'.repeat(5);
    expect(await validate({ '1.jsonl': lines, '2.parquet': parquetFile })).toMatchObject({
      rows: 10,
      columns: ['delay', 'carrier', 'cancelled', 'departure', 'ticket'],
      findings: [
        finding('label-missing', "label 'late' is missing in 1 rows: training-data/2.parquet line 3"),
        finding(
          'numeric-cells',
          "feature 'delay' is not a number in 1 of 10 rows: training-data/2.parquet line 5 ('Infinity')",
        ),
        finding(
          'numeric-cells',
          "feature 'carrier' is not a number in 3 of 10 rows: training-data/2.parquet line 1 ('AA'), training-data/2.parquet line 2 ('ü, \"x\"'), ...",
        ),
        finding(
          'numeric-cells',
          "feature 'departure' is not a number in 5 of 10 rows: training-data/2.parquet line 1 ('2026-11-24T12:00:00.000Z'), training-data/2.parquet line 2 ('2026-11-24T13:00:00.000Z'), ...",
        ),
        { severity: 'warn' },
        { severity: 'warn' },
        { severity: 'warn' },
        { severity: 'warn' },
      ],
    });
  });

  test('reads the versions of the snapshot, not those of now', async () => {
    const dataVersion = await fixture.snapshot({ '1.csv': csvOf(0, 10) });
    await fixture.put('training-data/1.csv', 'spoilt');
    expect((await judge(dataVersion)).valid).toBe(true);
  });

  test('tells no more than a person reads, and what stops first', async () => {
    const header = Array.from({ length: 30 }, (_, i) => `f${i}`);
    const rows = `0,${header.map(() => '').join(',')}\n1,${header.map((_, i) => (i < 5 ? 'x' : '1')).join(',')}\n`;
    const { findings } = await validate({ '1.csv': `late,${header.join(',')}\n${rows}` }, 2);
    expect(findings).toHaveLength(20);
    expect(findings.slice(0, 5).map(({ rule }) => rule)).toEqual(Array(5).fill('numeric-cells'));
    expect(findings.slice(5).every(({ severity }) => severity === 'warn')).toBe(true);
  });

  test('writes all findings with their places, and the checks, beside the snapshot', async () => {
    const data = csvOf(0, 40, (n) => `${n % 2},${n < 30 ? 'x' : n},1`);
    const { findings, report } = await validate({ '1.csv': data });
    expect(findings).toHaveLength(1);
    const written = JSON.parse(await fixture.get(report.replace('s3://model-data/', '')));
    expect(written).toMatchObject({ valid: false, rows: 40, champion: null, columns: ['age', 'income'] });
    expect(written.findings[0]).toMatchObject({ rule: 'numeric-cells', column: 'age', count: 30 });
    expect(written.findings[0].places).toHaveLength(20);
    expect(written.findings[0].places[19]).toEqual({ file: 'training-data/1.csv', line: 21, value: 'x' });
  });

  describe('with a version in production', () => {
    beforeEach(async () => {
      const baseline = {
        ...baselineProfile([
          { name: 'age', kind: 'numeric', cells: Array.from({ length: 50 }, (_, i) => i) },
          { name: 'city', kind: 'categorical', cells: Array(50).fill('Ulm') },
        ]),
        labelRate: 0.5,
      };
      await fixture.store.writeJson('models/1.0.0/baseline.json', baseline);
      const production = productionRoute();
      await fixture.routing.write({ ...emptyRouting(PIPELINE), production });
    });
    const data = (age: number, city = 'Ulm') =>
      `late,age,city\n${Array.from({ length: 30 }, (_, i) => `${i % 2},${i < 29 ? i : age},${city}\n`).join('')}`;

    test('warns of what its data did not have, and goes on', async () => {
      expect(await validate({ '1.csv': data(98) })).toMatchObject({
        valid: true,
        findings: [],
        categories: ['city'],
      });
      expect(await validate({ '1.csv': data(99, 'Bonn') })).toMatchObject({
        valid: true,
        findings: [
          finding(
            'range',
            "feature 'age' is outside -49 to 98 in 1 of 30 rows: training-data/1.csv line 31 ('99')",
            'warn',
          ),
          {
            rule: 'values',
            severity: 'warn',
            message: expect.stringContaining("feature 'city' is none of its 1 categories in 30 of 30 rows"),
          },
        ],
      });
    });

    test("stops at the pipeline's own checks, in place of those", async () => {
      const dataVersion = await fixture.snapshot({ '1.csv': data(99) });
      const schema: DataSchema = { columns: { age: { range: { maximum: 50 } }, weight: {} } };
      expect(await judge(dataVersion, { schema })).toMatchObject({
        valid: false,
        findings: [
          finding(
            'columns',
            "training-data/1.csv: columns 'weight' are absent; the header is 'late', 'age', 'city'",
          ),
        ],
      });
      const { columns } = { columns: { age: schema.columns?.age as object } };
      expect(await judge(dataVersion, { schema: { columns } })).toMatchObject({
        valid: false,
        findings: [finding('range', expect.stringContaining('outside any to 50 in 1 of 30 rows'))],
      });
    });

    test('tells features that are no longer there, and leaves out what is none', async () => {
      const dataVersion = await fixture.snapshot({ '1.csv': csvOf(0, 30) });
      const { columns, findings } = await judge(dataVersion, { ignoredColumns: ['income'] });
      expect(columns).toEqual(['age']);
      expect(findings).toEqual([
        finding(
          'former-columns',
          "features 'city' of version 1.0.0 are no longer there: the input schema changes",
          'warn',
        ),
      ]);
    });
  });
});
