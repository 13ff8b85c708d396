import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Documentation, Language } from 'jsii-docgen';
import { compileWithJsii } from './jsii-package';

/**
 * Compiles `lib/` with jsii, so that it stays usable from Python, Java, .NET and Go, and writes `docs/api.md`
 * from it.
 */
async function apiReference(root: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'jsii-'));
  try {
    const status = compileWithJsii(root, folder);
    if (status === 0) await writeReference(folder, join(root, 'docs', 'api.md'));
    return status;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writeReference(folder: string, file: string): Promise<void> {
  const documentation = await Documentation.forProject(folder, { assembliesDir: folder });
  try {
    const reference = await documentation.toMarkdown({ language: Language.TYPESCRIPT });
    writeFileSync(file, reference.render());
  } finally {
    await documentation.cleanup();
  }
}

apiReference(process.cwd()).then((status) => {
  process.exitCode = status;
});
