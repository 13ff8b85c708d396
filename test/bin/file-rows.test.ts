import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileRows, withStreamAsFile } from '../../bin/cli/file-rows';
import type { ModelSignature } from '../../contracts/model-signature';

const SIGNATURE: ModelSignature = {
  version: 1,
  inputs: [
    { name: 'age', type: 'number', optional: true },
    { name: 'plan', type: 'category', optional: false },
    { name: 'joined', type: 'date', optional: true },
  ],
  outputs: [],
};

describe('rows of a file for predictions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'file-rows-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function read(name: string, content: string, signature?: ModelSignature) {
    const path = join(folder, name);
    writeFileSync(path, content);
    const { ignored, rows } = await fileRows(path, signature);
    const all = [];
    for await (const row of rows) all.push(row);
    return { ignored, rows: all };
  }

  test('have the columns of the model in its order, with the types of its signature', async () => {
    const csv = 'left,plan,age\n1,7,20.5\n0,pro,\n';
    expect(await read('a.csv', csv, SIGNATURE)).toEqual({
      ignored: ['left'],
      rows: [
        [20.5, '7', null],
        [null, 'pro', null],
      ],
    });
    const lines = '{"plan": "pro", "age": 3, "joined": "2026-01-01"}\n';
    expect((await read('a.jsonl', lines, SIGNATURE)).rows).toEqual([[3, 'pro', '2026-01-01']]);
  });

  test('have all columns in their order if the model has no signature', async () => {
    expect(await read('b.csv', 'x,y\n1,2\n')).toEqual({ ignored: [], rows: [[1, 2]] });
  });

  test('are refused with the column that is missing, and the line of a cell that is no number', async () => {
    await expect(read('c.csv', 'age\n1\n', SIGNATURE)).rejects.toThrow(
      /c.csv has no column 'plan'; the model takes age, plan, joined/,
    );
    await expect(read('d.csv', 'age,plan\n1,pro\nold,pro\n', SIGNATURE)).rejects.toThrow(
      /d.csv, line 3: column 'age' is 'old'/,
    );
    await expect(fileRows(join(folder, 'e.csv'), SIGNATURE)).rejects.toThrow(/there is no file/);
  });

  test('come by a stream, which leaves no file behind', async () => {
    let path = '';
    const content = await withStreamAsFile(Readable.from(['x\n', '1\n']), '.csv', async (file) => {
      path = file;
      const { rows } = await fileRows(file, undefined);
      const all = [];
      for await (const row of rows) all.push(row);
      return all;
    });
    expect(content).toEqual([[1]]);
    expect(existsSync(path)).toBe(false);
  });
});
