import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import { differenceText, libraryDifferences } from '../../bin/cli/library-differences';

const PACKAGES = 'code/model_pipeline/packages/requirements.lock';
const TRAINING = 'code/model_pipeline/requirements-training.lock';

describe('the libraries of two trainings', () => {
  const directory = mkdtempSync(join(tmpdir(), 'libraries-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  /** A model's archive as a training leaves it. */
  function archive(files: Record<string, string>): Uint8Array {
    const folder = mkdtempSync(join(directory, 'model-'));
    for (const [name, content] of Object.entries({ 'model.json': '{}', ...files })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const file = `${folder}.tar.gz`;
    create({ sync: true, gzip: true, file, cwd: folder }, ['.']);
    return readFileSync(file);
  }

  const before = archive({
    [PACKAGES]: 'onnx==1.19.0 --hash=sha256:1\nsix==1.0\n',
    [TRAINING]: 'numpy==2.4.5 --hash=sha256:2\nours @ git+https://example.com/ours@c0ffee\n',
  });

  test('are the same with the same locks, of training and of serving', async () => {
    expect(await libraryDifferences(before, before)).toEqual([]);
    expect(await libraryDifferences(archive({}), archive({}))).toEqual([]);
  });

  test('are named where versions or sources differ, or one has no such package', async () => {
    const after = archive({
      [PACKAGES]: 'onnx==1.19.1 --hash=sha256:3\ntyping_extensions==4.0\n',
      [TRAINING]: 'numpy==2.4.5 --hash=sha256:2\nours @ git+https://example.com/ours@bad\n',
    });
    expect((await libraryDifferences(before, after)).map(differenceText)).toEqual([
      'onnx 1.19.1 (was 1.19.0)',
      'ours git+https://example.com/ours@bad (was git+https://example.com/ours@c0ffee)',
      'six is not installed (was 1.0)',
      'typing_extensions 4.0 (was not installed)',
    ]);
  });
});
