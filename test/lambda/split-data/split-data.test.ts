import { gzipSync } from 'node:zlib';
import type { DataSplit } from '../../../contracts/functions/retraining';
import { parseSplit } from '../../../lambda/domain/data/split-document';
import { type SplitProps, splitData } from '../../../lambda/split-data/split-data';
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
    more: Partial<Omit<SplitProps, 'store' | 'label'>> = {},
  ) =>
    splitData(
      { dataVersion },
      { store: fixture.store, label: 'late', holdoutFraction, ignoredColumns: ['id'], ...more },
    );
  /** Text of the first file that trains. */
  const trained = ({ trainUri }: DataSplit) =>
    fixture.get(`${trainUri.replace('s3://model-data/', '')}00001.csv`);

  test('holds out the newest rows of all files and trains on the others', async () => {
    const dataVersion = await fixture.validSnapshot({
      '2001-02.csv.gz': gzipSync(csvOf(5, 3)),
      '2001-01.csv': csvOf(0, 5),
    });
    const folder = `datasets/${dataVersion}`;
    const result = await split(dataVersion, 0.5);
    expect(result).toEqual({
      rows: { train: 4, holdout: 4 },
      trainUri: expect.stringMatching(`^s3://model-data/${folder}/train/by-arrival-0.5-[0-9a-f]{8}/$`),
      holdoutUri: `s3://model-data/${folder}/holdout/features.csv`,
    });
    expect(await fixture.keys(`${folder}/train/`)).toHaveLength(1);
    expect(await trained(result)).toBe(csvOf(0, 4));
    expect(await fixture.get(`${folder}/holdout/features.csv`)).toBe('4,400\n5,500\n6,600\n7,700\n');
    expect(await fixture.get(`${folder}/holdout/labels.csv`)).toBe('0\n1\n0\n1\n');
    expect(await fixture.get(`${folder}/samples.csv`)).toBe('4,400\n5,500\n6,600\n7,700\n');
  });

  test('keeps twenty samples', async () => {
    const dataVersion = await fixture.validSnapshot({ '1.csv': csvOf(0, 200) });
    await split(dataVersion);
    const samples = (await fixture.get(`datasets/${dataVersion}/samples.csv`)).trim().split('\n');
    expect(samples).toEqual(Array.from({ length: 20 }, (_, i) => `${150 + i},${(150 + i) * 100}`));
  });

  test('gives all files the columns of the first, in its order', async () => {
    const dataVersion = await fixture.validSnapshot({
      '1.csv': csvOf(0, 2),
      '2.csv': 'city,income,age,late\n7,200,2,0\n7,300,3,1\n',
    });
    expect(await trained(await split(dataVersion))).toBe(csvOf(0, 3));
    const folder = `datasets/${dataVersion}`;
    expect(await fixture.get(`${folder}/holdout/features.csv`)).toBe('3,300\n');
  });

  test('writes CSV whatever the format of the data', async () => {
    const dataVersion = await fixture.validSnapshot({
      '1.csv': csvOf(0, 2),
      '2.jsonl': '{"late":true,"age":2,"income":200}\n{"late":false,"age":0.1,"income":null}\n',
    });
    const folder = `datasets/${dataVersion}`;
    expect(await trained(await split(dataVersion))).toBe('late,age,income\n0,0,0\n1,1,100\n1,2,200\n');
    expect(await fixture.get(`${folder}/holdout/features.csv`)).toBe('0.1,\n');
  });

  test('quotes cells that need it', async () => {
    const dataVersion = await fixture.validSnapshot({ '1.csv': 'late,"a ""b"", c"\n0,"1,5"\n1,2\n' });
    expect(await trained(await split(dataVersion))).toBe('late,"a ""b"", c"\n0,"1,5"\n');
  });

  test('writes files of about a size, each with the header, that add up to all rows', async () => {
    const dataVersion = await fixture.validSnapshot({
      '1.csv': csvOf(0, 9_000),
      '2.csv': csvOf(9_000, 9_000),
    });
    const { rows } = await split(dataVersion, 0.25, { bytesPerFile: 100_000 });
    const keys = await fixture.keys(`datasets/${dataVersion}/train/`);
    expect(keys.length).toBeGreaterThan(1);
    const files = await Promise.all(keys.map((key) => fixture.get(key)));
    const lines = files.map((file) => file.trimEnd().split('\n'));
    expect(lines.map(([header]) => header)).toEqual(keys.map(() => 'late,age,income'));
    const whole = csvOf(0, rows.train).trimEnd().split('\n').slice(1);
    expect(lines.flatMap(([, ...others]) => others)).toEqual(whole);
  });

  test('gives the same objects for the same snapshot', async () => {
    const dataVersion = await fixture.validSnapshot({ '1.csv': csvOf(0, 40) });
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
    const dataVersion = await fixture.validSnapshot({ '1.csv': csvOf(0, 6_000) });
    await split(dataVersion, 0.1, { bytesPerFile: 1 });
    const { trainUri } = await split(dataVersion, 0.9, { bytesPerFile: 1 });
    const keys = await fixture.keys(trainUri.replace('s3://model-data/', ''));
    const files = await Promise.all(keys.map((key) => fixture.get(key)));
    const rows = files.flatMap((file) => file.trimEnd().split('\n').slice(1));
    expect(rows).toHaveLength(600);
  });

  test('keeps the columns that the holdout is judged by, features or not', async () => {
    const dataVersion = await fixture.validSnapshot({ '1.csv': 'late,id,age\n0,a,1\n1,"b, c",2\n' });
    await split(dataVersion, 0.5, { judgedBy: ['id', 'age'] });
    expect(await fixture.get(`datasets/${dataVersion}/holdout/columns.csv`)).toBe('id,age\n"b, c",2\n');
    expect(await fixture.get(`datasets/${dataVersion}/holdout/features.csv`)).toBe('2\n');
    await expect(split(dataVersion, 0.5, { judgedBy: ['town'] })).rejects.toThrow(
      "training-data/1.csv has no column 'town', which is what the promotion policy names",
    );
  });

  test('names the row that does not fit its header', async () => {
    const dataVersion = await fixture.validSnapshot({ '1.csv': 'late,age\n0,1\n1\n0,2\n' });
    await expect(split(dataVersion)).rejects.toThrow(
      'line 3 of training-data/1.csv has 1 cells, but its header has 2',
    );
  });

  test('names the file without the label or a feature', async () => {
    await expect(split(await fixture.validSnapshot({ '1.csv': 'punctual,age\n0,1\n1,2\n' }))).rejects.toThrow(
      "training-data/1.csv has no column 'late', which is the label",
    );
    const files = { '1.csv': csvOf(0, 4), '2.csv': 'late,age\n0,1\n' };
    await expect(split(await fixture.validSnapshot(files))).rejects.toThrow(
      "training-data/2.csv has no column 'income', which the first file has",
    );
  });

  test('goes by a column of times, wherever its rows stand, which is no feature', async () => {
    const days = ['2026-03-01', '2026-01-01', '2026-04-01', '2026-02-01'];
    const csv = `late,day,age\n${days.map((day, i) => `${i % 2},${day},${i}\n`).join('')}`;
    const dataVersion = await fixture.validSnapshot({ '1.csv': csv });
    const result = await split(dataVersion, 0.25, {
      split: { by: 'time', column: 'day' },
      ignoredColumns: ['day'],
    });
    expect(parseSplit(await fixture.get(`datasets/${dataVersion}/split.json`)).columns).toEqual(['age']);
    expect(await trained(result)).toBe('late,age\n0,0\n1,1\n1,3\n');
    expect(await fixture.get(`datasets/${dataVersion}/holdout/features.csv`)).toBe('2\n');
  });

  test('keeps groups whole', async () => {
    const rows = Array.from({ length: 400 }, (_, i) => `${i % 2},customer ${i % 40},${i}\n`).join('');
    const dataVersion = await fixture.validSnapshot({ '1.csv': `late,customer,age\n${rows}` });
    const result = await split(dataVersion, 0.25, {
      split: { by: 'group', column: 'customer' },
      ignoredColumns: ['customer'],
    });
    const groups = (text: string, column: number) =>
      new Set(
        text
          .trim()
          .split('\n')
          .map((line) => Number(line.split(',')[column]) % 40),
      );
    const held = groups(await fixture.get(`datasets/${dataVersion}/holdout/features.csv`), 0);
    const training = groups((await trained(result)).replace(/^.*\n/, ''), 1);
    expect(held.size + training.size).toBe(40);
    expect([...held].filter((group) => training.has(group))).toEqual([]);
  });

  describe('rows of the holdout that are also before it', () => {
    const snapshot = () =>
      fixture.validSnapshot({ '1.csv': csvOf(0, 8, (n) => `${n % 2},${n === 7 ? 3 : n},1`) });
    const counted = async (dataVersion: string) =>
      parseSplit(await fixture.get(`datasets/${dataVersion}/split.json`));

    test('train and are counted', async () => {
      const dataVersion = await snapshot();
      expect(await split(dataVersion)).toMatchObject({ rows: { train: 6, holdout: 2 } });
      expect((await counted(dataVersion)).duplicates).toEqual({ rows: 1, dropped: false });
    });

    test('are dropped if that is asked for', async () => {
      const dataVersion = await snapshot();
      const result = await split(dataVersion, 0.25, { duplicates: 'drop' });
      expect(result.rows).toEqual({ train: 5, holdout: 2 });
      expect(await trained(result)).not.toContain('1,3,1');
      expect((await counted(dataVersion)).duplicates).toEqual({ rows: 1, dropped: true });
    });

    test('stop the retraining if that is asked for, or if nothing else would train', async () => {
      await expect(split(await snapshot(), 0.25, { duplicates: 'stop' })).rejects.toThrow(
        '1 training rows are also in the holdout, cell by cell',
      );
      const same = await fixture.validSnapshot({ '1.csv': csvOf(0, 8, () => '1,1,1') });
      await expect(split(same, 0.25, { duplicates: 'drop' })).rejects.toThrow(
        'all 6 training rows are also in the holdout, and were dropped',
      );
    });
  });
});
