import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create } from 'tar';

/**
 * A `model.tar.gz` of files, by their paths. @param folder what the files are packed below, such as `model/`
 */
export async function modelArchive(
  files: Readonly<Record<string, string | Uint8Array>>,
  folder = '',
): Promise<Buffer> {
  const cwd = mkdtempSync(join(tmpdir(), 'archive-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, folder, path)), { recursive: true });
      writeFileSync(join(cwd, folder, path), content);
    }
    const file = join(cwd, 'archive.tar.gz');
    const paths = Object.keys(files).map((path) => join(folder, path));
    await create({ gzip: true, cwd, file, portable: true, mtime: new Date(0) }, paths);
    return readFileSync(file);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
