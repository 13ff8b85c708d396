import { gzipSync } from 'node:zlib';
import { openCsv, UnreadableFileError } from '../../../lambda/aws/csv-file';
import { collect } from '../collect';
import { PipelineFixture } from '../pipeline-fixture';

describe('openCsv', () => {
  const fixture = new PipelineFixture();
  beforeAll(() => fixture.start());
  afterAll(() => fixture.cloud.stop());

  const read = async (key: string, content: string | Buffer) => {
    await fixture.store.write(key, content);
    const { header, rows } = await openCsv(fixture.store, { key });
    return { header, rows: await collect(rows) };
  };

  test('gives the header and the rows, quotes, empty lines and marks aside', async () => {
    expect(await read('a.csv', '\ufeffx,"y, z"\r\n1,"a ""b""\nc"\r\n\r\n2,\r\n')).toEqual({
      header: ['x', 'y, z'],
      rows: [
        ['1', 'a "b"\nc'],
        ['2', ''],
      ],
    });
  });

  test('unpacks what ends in .gz', async () => {
    expect(await read('a.csv.gz', gzipSync('x\n1\n'))).toEqual({ header: ['x'], rows: [['1']] });
  });

  test('gives an empty header for an empty file', async () => {
    expect(await read('a.csv', '')).toEqual({ header: [], rows: [] });
  });

  test('keeps letters whole that fall between two chunks', async () => {
    const cell = 'ü'.repeat(100_001);
    const { rows } = await read('a.csv', `x\n${cell}\n${cell}\n`);
    expect(rows).toEqual([[cell], [cell]]);
  });

  test.each([
    ['a.csv', 'x\n"1\n', 'a.csv cannot be read: Quote Not Closed'],
    ['a.csv.gz', Buffer.from('x\n1\n'), 'a.csv.gz cannot be read: incorrect header check'],
    [
      'a.csv.gz',
      gzipSync('x\n1\n'.repeat(99)).subarray(0, -9),
      'a.csv.gz cannot be read: unexpected end of file',
    ],
  ])('names the file %s that is not what its name says', async (key, content, message) => {
    const attempt = read(key, content);
    await expect(attempt).rejects.toThrow(UnreadableFileError);
    await expect(attempt).rejects.toThrow(message);
  });

  test('leaves the errors of the store as they are', async () => {
    await expect(openCsv(fixture.store, { key: 'missing.csv' })).rejects.toThrow(
      expect.objectContaining({ name: 'NoSuchKey' }),
    );
  });
});
