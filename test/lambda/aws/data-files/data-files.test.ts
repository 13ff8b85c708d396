import { gzipSync } from 'node:zlib';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { RowBatch } from '../../../../lambda/aws/data-files/data-file';
import { openDataFile } from '../../../../lambda/aws/data-files/open-data-file';
import { BUCKET } from '../../../local/services/sagemaker-fixture';
import parquet from '../../../reference/parquet.json';
import { PipelineFixture } from '../../pipeline-fixture';

describe('a file of training data', () => {
  const fixture = new PipelineFixture();
  beforeAll(() => fixture.start());
  afterAll(() => fixture.cloud.stop());

  const read = async (key: string, content: string | Buffer) => {
    await fixture.store.write(key, content);
    const { header, batches } = await openDataFile(fixture.store, {
      key,
      bytes: Buffer.byteLength(content),
    });
    const rows: RowBatch['rows'][number][] = [];
    const lines: number[] = [];
    for await (const batch of batches) {
      rows.push(...batch.rows);
      lines.push(...batch.lines);
    }
    return { header, rows, lines };
  };
  const expectUnreadable = async (key: string, content: string | Buffer, message: string) => {
    await expect(read(key, content)).rejects.toMatchObject({
      name: 'UnreadableFile',
      message: expect.stringContaining(message),
    });
  };

  describe('of CSV', () => {
    test('gives the header and the rows with their lines, quotes, empty lines and marks aside', async () => {
      expect(await read('a.csv', '\ufeffx,"y, z"\r\n1,"a ""b""\nc"\r\n\r\n2,\r\n')).toEqual({
        header: ['x', 'y, z'],
        rows: [
          ['1', 'a "b"\nc'],
          ['2', ''],
        ],
        lines: [3, 5],
      });
      expect(await read('a.csv', '\ufeffx,y\r\n1,2\r\n\r\n3,4')).toEqual({
        header: ['x', 'y'],
        rows: [
          ['1', '2'],
          ['3', '4'],
        ],
        lines: [2, 4],
      });
    });

    test('is unpacked if its name ends in .gz', async () => {
      expect(await read('a.csv.gz', gzipSync('x\n1\n'))).toEqual({
        header: ['x'],
        rows: [['1']],
        lines: [2],
      });
    });

    test('has an empty header if it is empty', async () => {
      expect(await read('a.csv', '')).toEqual({ header: [], rows: [], lines: [] });
    });

    test('keeps letters whole that fall between two pieces', async () => {
      const cell = 'ü'.repeat(100_001);
      const { rows } = await read('a.csv', `x\n${cell}\n${cell}\n`);
      expect(rows).toEqual([[cell], [cell]]);
    });

    test.each<[string, string | Buffer, ...string[]]>([
      ['a quote that is never closed', 'x\n1\n"2\n3\n', 'a.csv cannot be read: Quote Not Closed', 'line 4'],
      ['a sign after a quote', 'x\n"1"2\n', 'a.csv cannot be read: Invalid Closing Quote', 'at line 2'],
      ['other separators', 'x;y\n1;2\n', "its cells seem to be separated by ';', not by commas; convert it"],
      ['tabs', 'x\ty\n1\t2\n', 'its cells seem to be separated by tabs'],
      ['the lines of an old Macintosh', 'x,y\r1,2\r', 'its lines end in carriage returns alone'],
      ['another encoding', Buffer.from('x\n1\n2\nM\xfcnchen\n', 'latin1'), 'line 4 is not UTF-8'],
      ['a letter cut at the end', Buffer.from('x\n1\nü').subarray(0, -1), 'line 3 is not UTF-8'],
      ['UTF-16', Buffer.from('\ufeffx,y\n1,2\n', 'utf16le'), 'line 1 is not UTF-8'],
      [
        'a million columns',
        `${'x,'.repeat(999_999)}x\n`,
        'it has 1000000 columns, and at most 10000 are read',
      ],
      [
        'a quote that swallows megabytes',
        `x\n"${'1234567\n'.repeat(1_100_000)}`,
        'a quote that is never closed, from line 2 on is longer than 8388608 characters',
      ],
    ])('with %s is told in words', async (_what, content, ...messages) => {
      for (const message of messages) await expectUnreadable('a.csv', content, message);
    });

    test('that is not packed as its name says, or cut, is told in words', async () => {
      await expectUnreadable('a.csv.gz', 'x\n1\n', 'a.csv.gz cannot be read: incorrect header check');
      const cut = gzipSync('x\n1\n'.repeat(99)).subarray(0, -9);
      await expectUnreadable('a.csv.gz', cut, 'a.csv.gz cannot be read: unexpected end of file');
    });
  });

  describe('of JSON lines', () => {
    test('has the columns of its objects, and typed cells', async () => {
      const text = '{"late":true,"age":3.5}\n\n{"age":null,"city":"Ulm","late":false}\r\n{"late":1}';
      expect(await read('a.jsonl', text)).toEqual({
        header: ['late', 'age', 'city'],
        rows: [
          [1, 3.5, ''],
          [0, '', 'Ulm'],
          [1, '', ''],
        ],
        lines: [1, 3, 4],
      });
      expect(await read('a.jsonl.gz', gzipSync('{"x":1}\n'))).toEqual({
        header: ['x'],
        rows: [[1]],
        lines: [1],
      });
    });

    test('has rows that are too long where a name comes up late', async () => {
      const { header, rows } = await read('a.jsonl', `${'{"x":1}\n'.repeat(20_000)}{"x":2,"y":3}\n`);
      expect(header).toEqual(['x']);
      expect(rows.at(-1)).toEqual([2, 3]);
    });

    test.each([
      ['a line that is cut', '{"x":1}\n{"x":', `line 2 is not JSON, it begins with '{"x":'`],
      ['an array', '[{"x":1}]\n', 'line 1 is not an object'],
      [
        'too many columns',
        JSON.stringify(Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`x${i}`, i]))),
        'it has 10001 columns, and at most 10000 are read',
      ],
      ['a list in a cell', '{"x":[1]}\n', "a.jsonl, line 1: 'x' holds a list or an object"],
    ])('with %s is told in words', async (_what, content, message) => {
      await expectUnreadable('a.jsonl', content, message);
    });
  });

  describe('of Parquet', () => {
    const bytes = (base64: string) => Buffer.from(base64, 'base64');

    test.each(Object.entries(parquet.files))('packed with %s gives typed cells', async (_codec, file) => {
      expect(await read('a.parquet', bytes(file))).toEqual({
        header: ['late', 'delay', 'carrier', 'cancelled', 'departure', 'ticket'],
        rows: [
          [0, 0.5, 'AA', 1, '2026-11-24T12:00:00.000Z', 1],
          [1, '', 'ü, "x"', 0, '2026-11-24T13:00:00.000Z', '9007199254740993'],
          ['', '', '', '', '2026-11-24T14:00:00.000Z', ''],
          [1, -1e-9, '', 1, '2026-11-24T15:00:00.000Z', '-9223372036854775808'],
          [0, 'Infinity', 'AA', 0, '2026-11-24T16:00:00.000Z', 5],
        ],
        lines: [1, 2, 3, 4, 5],
      });
    });

    test.each(Object.entries(parquet.emptyPage))(
      'packed with %s may have a page without any value',
      async (_codec, file) => {
        const { rows } = await read('a.parquet', bytes(file));
        const numbers = Array.from({ length: 10 }, (_, number) => [number]);
        expect(rows).toEqual([...numbers.map(() => ['']), ...numbers]);
      },
    );

    test('that is cut, or has lists, is told in words', async () => {
      const whole = bytes(parquet.files.snappy);
      await expectUnreadable('a.parquet', whole.subarray(0, -20), 'a.parquet cannot be read: file invalid');
      await expectUnreadable('a.parquet', Buffer.from('x'), 'a.parquet cannot be read: ');
      await expectUnreadable('a.parquet', bytes(parquet.nested), "row 1: 'legs' holds a list or an object");
      const broken = Buffer.from(whole).fill(0xff, 4, 200);
      await expectUnreadable('a.parquet', broken, 'a.parquet cannot be read: ');
    });

    test('is an empty file if it is empty', async () => {
      expect(await read('a.parquet', '')).toEqual({ header: [], rows: [], lines: [] });
    });

    test('that is gone is no fault of its content', async () => {
      await fixture.store.write('gone.parquet', 'x');
      await fixture.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'gone.parquet' }));
      await expect(openDataFile(fixture.store, { key: 'gone.parquet', bytes: 9 })).rejects.toMatchObject({
        name: 'NoSuchKey',
      });
    });
  });
});
