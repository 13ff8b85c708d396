import { gunzipSync, gzipSync } from 'node:zlib';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import type { ArtifactStore } from '../../../lambda/aws/store';
import { deliverPart } from '../../../lambda/deliver-batch/deliver-part';
import type { RowSink, SinkRow } from '../../../lambda/deliver-batch/row-sink';
import { sinkRows } from '../../../lambda/deliver-batch/sink-rows';
import parquet from '../../reference/parquet.json';
import zstd from '../../reference/zstd.json';
import { BatchWorld } from './batch-world';

describe('a batch', () => {
  test('writes a prediction for each row, with its place, the columns that it repeats, and the version', async () => {
    const world = new BatchWorld();
    world.input.put('in/a.csv', 'customer,plan,age\nada,free,50\nbob,paid,40\n');
    const manifest = await world.run();
    expect(world.own.text('batch/nightly/night/output/part-00000.csv')).toBe(
      [
        'rowId,customer,prediction,modelVersion',
        'in/a.csv:2,ada,0.5,1.0.0',
        'in/a.csv:3,bob,0.04,1.0.0',
        '',
      ].join('\n'),
    );
    expect(manifest).toMatchObject({
      version: 1,
      batch: 'nightly',
      run: 'night',
      modelVersion: '1.0.0',
      ledgerSequence: 1,
      rows: 2,
      failedRows: 0,
      input: [{ bucket: 'customers', key: 'in/a.csv', versionId: 'v1', rows: 2 }],
      parts: [{ key: 'batch/nightly/night/output/part-00000.csv', rows: 2, failedRows: 0 }],
    });
    expect(world.events).toEqual([
      {
        version: 1,
        id: 'churn/nightly/night/BatchScored',
        pipeline: 'churn',
        batch: 'nightly',
        run: 'night',
        modelVersion: '1.0.0',
        rows: 2,
        failedRows: 0,
        driftedFeatures: null,
        manifest: 's3://pipeline/batch/nightly/night/manifest.json',
      },
    ]);
    expect(world.published).toEqual([
      expect.objectContaining({ BatchRuns: 1, BatchRows: 2, BatchFailedRows: 0, BatchMissingRows: 0 }),
    ]);
  });

  test('keeps rows that cannot be scored aside, each with its reason, and scores the others', async () => {
    const world = new BatchWorld();
    world.partBytes = 10_000;
    world.input.put(
      'in/a.csv',
      'customer,plan,age\n' +
        'ada,free,50\n' +
        'bob,gold,40\n' +
        'cy,free,old\n' +
        'di,free\n' +
        '\n' +
        'ed,"free"x,3\n' +
        'flo,free,-1\n' +
        '"gus\ntwo",paid,10\n' +
        'hal,"free,3\n',
    );
    const manifest = await world.run();
    expect(world.outputLines(manifest)).toEqual([
      'in/a.csv:2,ada,0.5,1.0.0',
      'in/a.csv:10,"gus',
      'two",0.01,1.0.0',
    ]);
    const reasons = world.errors(manifest).map(({ rowId, reason }) => [rowId, reason]);
    expect(reasons).toEqual([
      ['in/a.csv:3', `column 'plan' is "gold"`],
      ['in/a.csv:4', "column 'age' is 'old', but the function takes numbers only"],
      ['in/a.csv:5', 'the row has 2 cells, and the header 3'],
      ['in/a.csv:7', expect.stringMatching(/^Invalid Closing Quote/)],
      ['in/a.csv:8', 'the model answers with NaN'],
      ['in/a.csv:11', expect.stringMatching(/^Quote Not Closed/)],
    ]);
    expect(manifest).toMatchObject({ rows: 2, failedRows: 6 });
  });

  test('reads JSON lines by name, and writes them', async () => {
    const world = new BatchWorld();
    world.format = 'jsonl';
    world.input.put(
      'in/a.jsonl',
      '{"age": 50, "plan": "free", "customer": 7, "other": [1]}\n{"plan": "free"}\n[1]\nnot JSON\n',
    );
    const manifest = await world.run();
    expect(world.outputLines(manifest).map((line) => JSON.parse(line))).toEqual([
      { rowId: 'in/a.jsonl:1', customer: 7, prediction: 0.5, modelVersion: '1.0.0' },
    ]);
    expect(world.errors(manifest)).toEqual([
      expect.objectContaining({ rowId: 'in/a.jsonl:2', customer: null, reason: "the row has no 'age'" }),
      expect.objectContaining({ rowId: 'in/a.jsonl:3', reason: 'the row is not a JSON object', row: '[1]' }),
      expect.objectContaining({ rowId: 'in/a.jsonl:4', reason: expect.stringContaining('JSON') }),
    ]);
  });

  test('writes Parquet with the same columns in each file, of which one has no row that was scored', async () => {
    const world = new BatchWorld();
    world.format = 'parquet';
    world.columns = ['customer', 'note'];
    world.input.put(
      'in/a.jsonl',
      '{"age": 50, "plan": "free", "customer": 7}\n{"age": 4, "plan": "paid", "customer": "x", "note": [1]}\n',
    );
    world.input.put('in/b.jsonl', '{"age": 1, "plan": "gold"}\n');
    const [a, b] = (await world.run()).parts.map(({ key }) => new Uint8Array(world.own.bytes(key)).buffer);
    expect(await parquetReadObjects({ file: a as ArrayBuffer })).toEqual([
      expect.objectContaining({ rowId: 'in/a.jsonl:1', customer: '7', note: null, prediction: 0.5 }),
      {
        rowId: 'in/a.jsonl:2',
        customer: 'x',
        note: '[1]',
        prediction: 0.004,
        probabilities: null,
        modelVersion: '1.0.0',
      },
    ]);
    expect(await parquetReadObjects({ file: b as ArrayBuffer })).toEqual([]);
    const columnsOf = (file: ArrayBuffer) =>
      parquetMetadata(file).schema.map(({ name, type, converted_type }) => [name, type, converted_type]);
    expect(columnsOf(b as ArrayBuffer)).toEqual(columnsOf(a as ArrayBuffer));
  });

  test('gives sinks the same rows from files of every format', async () => {
    const rows = await Promise.all(
      (['csv', 'jsonl', 'parquet'] as const).map(async (format) => {
        const world = new BatchWorld();
        world.format = format;
        world.input.put('in/a.csv', 'customer,plan,age\nada,free,50\n"b,ob",paid,40\n');
        const { parts } = await world.run();
        return sinkRows(world.own.bytes(parts[0]?.key ?? ''), format, 0);
      }),
    );
    expect(rows[0]).toHaveLength(2);
    expect(rows[1]).toEqual(rows[0]);
    expect(rows[2]).toEqual(rows[0]);
  });

  test.each([
    ['csv', 'rowId,customer,prediction,modelVersion\nin/a.csv:2,ada,0.5,1.0.0\n'],
    ['jsonl', '{"rowId":"in/a.csv:2","customer":"ada","prediction":0.5,"modelVersion":"1.0.0"}\n'],
  ] as const)('packs files of %s with gzip if it is to, and sinks unpack them', async (format, text) => {
    const world = new BatchWorld();
    world.format = format;
    world.compression = 'gzip';
    world.input.put('in/a.csv', 'customer,plan,age\nada,free,50\n');
    const [part] = (await world.run()).parts;
    const key = `batch/nightly/night/output/part-00000.${format}.gz`;
    expect(part?.key).toBe(key);
    expect(gunzipSync(world.own.bytes(key)).toString()).toBe(text);
    const delivered: SinkRow[] = [];
    const sink: RowSink = {
      rowsPerCall: 10,
      deliver: async (rows) => {
        delivered.push(...rows);
        return [];
      },
    };
    const sinks = new Map([['list', async () => sink]]);
    const props = { batchName: 'nightly', store: world.own as unknown as ArtifactStore, sinks };
    await deliverPart({ run: 'night', sink: 'list', part: 0 }, props);
    expect(delivered).toEqual([expect.objectContaining({ rowId: 'in/a.csv:2' })]);
  });

  test('keeps a JSON line that is not UTF-8 aside, and scores the others', async () => {
    const world = new BatchWorld();
    world.partBytes = 10_000;
    const good = Buffer.from('{"age": 50, "plan": "free", "customer": 7}\r\n\n');
    world.input.put('in/a.jsonl', Buffer.concat([good, Buffer.from([0x7b, 0xff, 0x7d, 0x0a]), good]));
    const manifest = await world.run();
    expect(world.outputLines(manifest)).toEqual(['in/a.jsonl:1,7,0.5,1.0.0', 'in/a.jsonl:4,7,0.5,1.0.0']);
    expect(world.errors(manifest)).toEqual([
      expect.objectContaining({ rowId: 'in/a.jsonl:3', customer: null, reason: 'the row is not UTF-8' }),
    ]);
  });

  test.each([
    ['gz', gzipSync(zstd.text)],
    ['zst', Buffer.from(zstd.packed, 'base64')],
  ])('cuts files packed as .%s into larger parts, and scores the same rows', async (ending, content) => {
    const [plain, packed] = [new BatchWorld(), new BatchWorld()];
    plain.input.put('in/a.csv', zstd.text);
    packed.input.put(`in/a.csv.${ending}`, content);
    const [a, b] = [await plain.run(), await packed.run()];
    expect(b.parts.length).toBeGreaterThan(3);
    expect(b.parts.length).toBeLessThan(a.parts.length / 3);
    expect(packed.outputLines(b)).toEqual(
      plain.outputLines(a).map((line) => line.replace('a.csv', `a.csv.${ending}`)),
    );
  });

  test('reads row groups of Parquet, which it cuts if they are large, and only columns that it needs', async () => {
    const world = new BatchWorld();
    world.partBytes = 400;
    world.input.put('in/a.parquet', Buffer.from(parquet.customers, 'base64'));
    const manifest = await world.run();
    expect(manifest).toMatchObject({ rows: 99, failedRows: 1, input: [{ rows: 100 }] });
    expect(manifest.parts.length).toBeGreaterThan(3);
    const lines = world.outputLines(manifest);
    expect(lines.slice(0, 2)).toEqual(['in/a.parquet:1,0,0,1.0.0', 'in/a.parquet:2,1,0.01,1.0.0']);
    expect(lines.at(-1)).toBe('in/a.parquet:100,99,0.99,1.0.0');
    expect(world.errors(manifest)).toEqual([
      expect.objectContaining({
        rowId: 'in/a.parquet:10',
        reason: `column 'plan' is "gold"`,
        row: '9,gold,9',
      }),
    ]);
  });

  test('changes nothing in a run when a version is released, or the input is replaced, in the middle of it', async () => {
    const world = new BatchWorld();
    world.input.put('in/a.csv', 'customer,plan,age\nada,free,50\nbob,paid,40\ncy,free,1\ndi,free,2\n');
    world.partBytes = 20;
    const parts = world.parts(await world.plan());
    expect(parts.length).toBeGreaterThan(1);
    await world.score(parts[0] as (typeof parts)[0]);
    world.register('2.0.0');
    world.champion = '2.0.0';
    world.input.put('in/a.csv', 'customer,plan,age\nzoe,free,99\n');
    world.input.put('in/b.csv', 'customer,plan,age\nyan,free,98\n');
    const manifest = await world.run();
    expect(manifest).toMatchObject({ modelVersion: '1.0.0', rows: 4, input: [{ versionId: 'v1' }] });
    expect(world.outputLines(manifest).every((line) => line.endsWith(',1.0.0'))).toBe(true);
    expect(await world.run('next')).toMatchObject({ modelVersion: '2.0.0', rows: 2 });
  });

  test('scores a file that arrived alone, in one run however often its event is delivered', async () => {
    const world = new BatchWorld();
    world.input.put('in/old.csv', 'customer,plan,age\nada,free,50\n');
    const { versionId } = world.input.put('in/new.csv', 'customer,plan,age\nbob,free,40\ncy,free,1\n');
    const file = { key: 'in/new.csv', versionId };
    const planned = await world.plan({ file });
    expect(planned).toMatchObject({ run: expect.stringMatching(/^file-[0-9a-f]{16}$/), files: 1, rows: 2 });
    expect(await world.plan({ file, time: '2026-11-30T02:00:00Z' })).toEqual(planned);
    expect(await world.plan({ run: planned.run })).toEqual(planned);
    await expect(world.plan({ run: 'file-0123456789abcdef' })).rejects.toThrow(
      /was not planned, and its name does not tell its file: start it with \{"file"/,
    );
  });

  test.each([
    ['is no input', 'in/_SUCCESS'],
    ['was replaced since', 'in/new.csv'],
  ])('scores nothing if a file that arrived %s', async (_, key) => {
    const world = new BatchWorld();
    const { versionId } = world.input.put(key, 'customer,plan,age\nbob,free,40\n');
    world.input.put('in/new.csv', 'customer,plan,age\ncy,free,1\n');
    expect(await world.plan({ file: { key, versionId } })).toMatchObject({ parts: 0, rows: 0 });
    expect(world.own.keys('batch/')).toEqual([]);
  });

  test('has a run of its schedule by the time when it was due, and tells what a run would do without one', async () => {
    const world = new BatchWorld();
    world.input.put('in/a.csv', 'customer,plan,age\nada,free,50\n');
    const dry = await world.plan({ time: '2026-11-30T02:00:00Z' }, true);
    expect(dry).toMatchObject({ run: '2026-11-30T02-00-00Z', engine: 'lambda', files: 1, parts: 1, rows: 1 });
    expect(world.own.keys('batch/')).toEqual([]);
    expect(await world.plan({ time: '2026-11-30T02:00:00Z' })).toEqual(dry);
  });

  test('counts the time of its functions by their memory', async () => {
    const world = new BatchWorld();
    world.partBytes = 20;
    world.input.put('in/a.csv', 'customer,plan,age\nada,free,50\nbob,paid,40\ncy,free,1\n');
    const manifest = await world.run();
    // A quarter of a second with 2 GB each.
    expect(manifest.gigabyteSeconds).toBe(0.5 * manifest.parts.length);
  });

  test('is not finished while parts are missing, and says which', async () => {
    const world = new BatchWorld();
    world.partBytes = 20;
    world.input.put('in/a.csv', 'customer,plan,age\nada,free,50\nbob,paid,40\ncy,free,1\ndi,free,2\n');
    const [first] = world.parts(await world.plan());
    await world.score(first as NonNullable<typeof first>);
    await expect(world.finish()).rejects.toThrow(
      /^1 of 2 parts, with 2 of 4 rows, were not scored, such as 1: /,
    );
    expect(world.published).toEqual([{ BatchMissingRows: 2 }]);
    expect(world.own.keys('batch/nightly/night/manifest')).toEqual([]);
  });

  test.each([
    ['has no input', {}, /^there is nothing to score below s3:\/\/customers\/in\/: upload/],
    ['has files without rows', { 'in/a.csv': 'customer,plan,age\n\n' }, /have no rows/],
    [
      'lacks a column',
      { 'in/a.csv': 'customer,age\na,1\n' },
      /in\/a\.csv has no column 'plan', only customer, age/,
    ],
    ['has a file of another kind', { 'in/a.xlsx': 'PK' }, /in\/a\.xlsx is no file of rows/],
    [
      'is not what its name says',
      { 'in/a.csv.gz': 'customer,plan,age\n' },
      /in\/a\.csv\.gz cannot be read: incorrect header check/,
    ],
    [
      'is only half of what was packed',
      { 'in/a.csv.zst': Buffer.from(zstd.packed, 'base64').subarray(0, 300) },
      /in\/a\.csv\.zst cannot be read: unexpected EOF/,
    ],
  ])('is refused if it %s', async (_, files: Record<string, string | Uint8Array>, problem) => {
    const world = new BatchWorld();
    for (const [key, content] of Object.entries(files)) world.input.put(key, content);
    await expect(world.plan()).rejects.toThrow(problem);
  });

  test('is refused by name if the version in production takes tensors', async () => {
    const world = new BatchWorld();
    world.input.put('in/a.csv', 'image\n1\n');
    world.champion = '0.8.0';
    const signature = {
      version: 1,
      inputs: [{ name: 'image', type: 'tensor', optional: false, shape: [2, -1] }],
      outputs: [{ name: 'price', type: 'number' }],
    };
    world.own.put('models/0.8.0/model-signature.json', JSON.stringify(signature));
    await expect(world.plan()).rejects.toThrow(
      'version 0.8.0 takes tensors (image), and a batch scores rows',
    );
  });

  test('takes the columns of a version without a signature from its baseline, and refuses one that has neither', async () => {
    const world = new BatchWorld();
    world.input.put('in/a.csv', 'customer,plan,age\nada,free,50\n');
    world.champion = '0.9.0';
    await expect(world.plan()).rejects.toThrow(/^version 0\.9\.0 has neither a signature nor a baseline/);
    const numeric = { kind: 'numeric', edges: [1], counts: [0, 0], missing: 0 };
    world.own.put(
      'models/0.9.0/baseline.json',
      JSON.stringify({ rows: 0, features: { age: numeric, income: numeric } }),
    );
    await expect(world.plan()).rejects.toThrow(/has no column 'income'/);
  });

  test('is refused if its files are larger than a function can read', async () => {
    const world = new BatchWorld();
    world.input.put('in/a.csv', 'customer,plan,age\nada,free,50\n');
    world.input.told.set('in/a.csv', 60e9);
    await expect(world.plan()).rejects.toThrow(
      /have 60\.0 GB, and a run takes 50 GB at most: write Parquet, or spread them/,
    );
  });

  test('is refused if another pipeline with the same bucket has planned a run of that name', async () => {
    const world = new BatchWorld();
    world.input.put('in/a.csv', 'customer,plan,age\nada,free,50\n');
    await world.plan();
    world.pipelineName = 'fraud';
    await expect(world.plan()).rejects.toThrow(
      /^the run night of a batch nightly belongs to the pipeline churn, which has the same bucket: give/,
    );
  });

  test('is refused as long as no version is in production', async () => {
    const world = new BatchWorld();
    world.champion = undefined;
    await expect(world.plan()).rejects.toThrow(/^batch nightly has nothing to score with/);
  });
});
