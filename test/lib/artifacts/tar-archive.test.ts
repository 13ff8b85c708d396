import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { tarArchive } from '../../../lib/artifacts/tar-archive';

describe('a tar archive', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tar-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const LONG = `${'deep/'.repeat(30)}${'é'.repeat(60)}.py`;
  const FILES: Record<string, string> = {
    'empty.py': '',
    'train.py': 'print(1)\n',
    'block.bin': 'x'.repeat(512),
    [LONG]: 'long',
    [`${'n'.repeat(100)}`]: 'hundred bytes',
  };

  function written(mode = 0o644): string {
    const source = mkdtempSync(join(folder, 'source-'));
    for (const [name, content] of Object.entries(FILES)) {
      mkdirSync(dirname(join(source, name)), { recursive: true });
      writeFileSync(join(source, name), content);
    }
    chmodSync(join(source, 'train.py'), mode);
    return source;
  }

  /**
   * Name, mode and content of each file, as Python's own tarfile module reads them: that of the containers.
   */
  function read(archive: Uint8Array): [string, string, string][] {
    const script = `
import io, json, sys, tarfile
with tarfile.open(fileobj=io.BytesIO(sys.stdin.buffer.read()), mode='r:gz') as archive:
    print(json.dumps([[m.name, oct(m.mode), archive.extractfile(m).read().decode()] for m in archive.getmembers()]))`;
    return JSON.parse(execFileSync('python3', ['-c', script], { input: archive, encoding: 'utf8' }));
  }

  test("holds files that Python's tarfile reads, with long names and names that are not ASCII", () => {
    const entries = read(tarArchive(written(), Object.keys(FILES)));
    expect(entries).toEqual(Object.entries(FILES).map(([name, content]) => [name, '0o644', content]));
  });

  test('keeps that a file is executable', () => {
    const [[, mode] = []] = read(tarArchive(written(0o755), ['train.py']));
    expect(mode).toBe('0o755');
  });

  test('has the same bytes for the same files, whatever their time and other permissions', () => {
    const [one, other] = [written(), written(0o600)];
    utimesSync(join(other, 'train.py'), 1, 1);
    expect(tarArchive(one, Object.keys(FILES))).toEqual(tarArchive(other, Object.keys(FILES)));
  });
});
