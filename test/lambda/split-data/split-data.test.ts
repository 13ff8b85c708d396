import { gzipSync } from 'node:zlib';
import { splitData } from '../../../lambda/split-data/split-data';
import { csvOf, DataFixture } from '../data-fixture';

describe('splitData', () => {
  let fixture: DataFixture;

  beforeEach(async () => {
    fixture = new DataFixture();
    await fixture.start();
  });
  afterEach(() => fixture.cloud.stop());

  const split = (
    dataVersion: string,
    holdoutFraction = 0.25,
    bytesPerFile?: number,
    judgedBy: readonly string[] = [],
  ) =>
    splitData(
      { dataVersion, categories: [] },
      {
        store: fixture.store,
        label: 'late',
        holdoutFraction,
        bytesPerFile,
        ignoredColumns: ['id'],
        judgedBy,
      },
    );

  test('holds out the newest rows of all files and trains on the others', async () => {
    const dataVersion = await fixture.snapshot({
      '2001-02.csv.gz': gzipSync(csvOf(5, 3)),
      '2001-01.csv': csvOf(0, 5),
    });
    const folder = `datasets/${dataVersion}`;
    expect(await split(dataVersion, 0.5)).toEqual({
      rows: { train: 4, holdout: 4 },
      columns: ['age', 'income'],
      trainUri: `s3://model-data/${folder}/train/holdout-0.5/`,
      holdoutUri: `s3://model-data/${folder}/holdout/features.csv`,
    });
    expect(await fixture.keys(`${folder}/train/holdout-0.5/`)).toEqual([
      `${folder}/train/holdout-0.5/00001.csv`,
    ]);
    expect(await fixture.get(`${folder}/train/holdout-0.5/00001.csv`)).toBe(csvOf(0, 4));
    expect(await fixture.get(`${folder}/holdout/features.csv`)).toBe('4,400\n5,500\n6,600\n7,700\n');
    expect(await fixture.get(`${folder}/holdout/labels.csv`)).toBe('0\n1\n0\n1\n');
    expect(await fixture.get(`${folder}/samples.csv`)).toBe('4,400\n5,500\n6,600\n7,700\n');
  });

  test('keeps twenty samples', async () => {
    const dataVersion = await fixture.snapshot({ '1.csv': csvOf(0, 200) });
    await split(dataVersion);
    const samples = (await fixture.get(`datasets/${dataVersion}/samples.csv`)).trim().split('\n');
    expect(samples).toEqual(Array.from({ length: 20 }, (_, i) => `${150 + i},${(150 + i) * 100}`));
  });

  test('gives all files the columns of the first, in its order', async () => {
    const dataVersion = await fixture.snapshot({
      '1.csv': csvOf(0, 2),
      '2.csv': 'city,income,age,late\n7,200,2,0\n7,300,3,1\n',
    });
    await split(dataVersion);
    const folder = `datasets/${dataVersion}`;
    expect(await fixture.get(`${folder}/train/holdout-0.25/00001.csv`)).toBe(csvOf(0, 3));
    expect(await fixture.get(`${folder}/holdout/features.csv`)).toBe('3,300\n');
  });

  test('writes CSV whatever the format of the data', async () => {
    const dataVersion = await fixture.snapshot({
      '1.csv': csvOf(0, 2),
      '2.jsonl': '{"late":true,"age":2,"income":200}\n{"late":false,"age":0.1,"income":null}\n',
    });
    await split(dataVersion);
    const folder = `datasets/${dataVersion}`;
    expect(await fixture.get(`${folder}/train/holdout-0.25/00001.csv`)).toBe(
      'late,age,income\n0,0,0\n1,1,100\n1,2,200\n',
    );
    expect(await fixture.get(`${folder}/holdout/features.csv`)).toBe('0.1,\n');
  });

  test('quotes cells that need it', async () => {
    const dataVersion = await fixture.snapshot({ '1.csv': 'late,"a ""b"", c"\n0,"1,5"\n1,2\n' });
    await split(dataVersion);
    expect(await fixture.get(`datasets/${dataVersion}/train/holdout-0.25/00001.csv`)).toBe(
      'late,"a ""b"", c"\n0,"1,5"\n',
    );
  });

  test('writes files of about a size, each with the header, that add up to all rows', async () => {
    const dataVersion = await fixture.snapshot({ '1.csv': csvOf(0, 9_000), '2.csv': csvOf(9_000, 9_000) });
    const { rows } = await split(dataVersion, 0.25, 100_000);
    const keys = await fixture.keys(`datasets/${dataVersion}/train/`);
    expect(keys.length).toBeGreaterThan(1);
    const files = await Promise.all(keys.map((key) => fixture.get(key)));
    const lines = files.map((file) => file.trimEnd().split('\n'));
    expect(lines.map(([header]) => header)).toEqual(keys.map(() => 'late,age,income'));
    const whole = csvOf(0, rows.train).trimEnd().split('\n').slice(1);
    expect(lines.flatMap(([, ...others]) => others)).toEqual(whole);
  });

  test('gives the same objects for the same snapshot', async () => {
    const dataVersion = await fixture.snapshot({ '1.csv': csvOf(0, 40) });
    const contents = async () => {
      const keys = await fixture.keys(`datasets/${dataVersion}/`);
      return Promise.all(keys.map(async (key) => [key, await fixture.get(key)]));
    };
    const first = await split(dataVersion);
    const before = await contents();
    expect(await split(dataVersion)).toEqual(first);
    expect(await contents()).toEqual(before);
  });

  test('never trains on rows of the holdout after the fraction was changed', async () => {
    const dataVersion = await fixture.snapshot({ '1.csv': csvOf(0, 6_000) });
    await split(dataVersion, 0.1, 1);
    const { trainUri } = await split(dataVersion, 0.9, 1);
    const keys = await fixture.keys(trainUri.replace('s3://model-data/', ''));
    const files = await Promise.all(keys.map((key) => fixture.get(key)));
    const trained = files.flatMap((file) => file.trimEnd().split('\n').slice(1));
    expect(trained).toHaveLength(600);
  });

  test('keeps the columns that the holdout is judged by, features or not', async () => {
    const dataVersion = await fixture.snapshot({ '1.csv': 'late,id,age\n0,a,1\n1,"b, c",2\n' });
    await split(dataVersion, 0.5, undefined, ['id', 'age']);
    expect(await fixture.get(`datasets/${dataVersion}/holdout/columns.csv`)).toBe('id,age\n"b, c",2\n');
    expect(await fixture.get(`datasets/${dataVersion}/holdout/features.csv`)).toBe('2\n');
    await expect(split(dataVersion, 0.5, undefined, ['town'])).rejects.toThrow(
      "the data have no column 'town', which the promotion policy names",
    );
  });

  test('names the row that does not fit its header', async () => {
    const dataVersion = await fixture.snapshot({ '1.csv': 'late,age\n0,1\n1\n0,2\n' });
    await expect(split(dataVersion)).rejects.toThrow(
      'line 3 of training-data/1.csv has 1 cells, but its header has 2',
    );
  });

  test('names the file without the label or a feature', async () => {
    await expect(split(await fixture.snapshot({ '1.csv': 'punctual,age\n0,1\n1,2\n' }))).rejects.toThrow(
      "training-data/1.csv has no column 'late', which is the label",
    );
    const files = { '1.csv': csvOf(0, 4), '2.csv': 'late,age\n0,1\n' };
    await expect(split(await fixture.snapshot(files))).rejects.toThrow(
      "training-data/2.csv has no column 'income', which the first file has",
    );
  });
});
