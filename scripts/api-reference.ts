import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Documentation, Language } from 'jsii-docgen';
import { type Assembly, apiPages } from './api-pages';
import { compileWithJsii } from './jsii-package';
import { syncFolder } from './sync-folder';

/**
 * Compiles `lib/` with jsii, so that it stays usable from Python, Java, .NET and Go, and writes the pages in
 * `docs/api/` from its doc comments.
 */
async function apiReference(root: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'jsii-'));
  try {
    const status = compileWithJsii(root, folder);
    if (status === 0) await writeReference(folder, join(root, 'docs', 'api'));
    return status;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writeReference(folder: string, pages: string): Promise<void> {
  const documentation = await Documentation.forProject(folder, { assembliesDir: folder });
  try {
    const schema = await documentation.toJson({ language: Language.TYPESCRIPT });
    const assembly = JSON.parse(readFileSync(join(folder, '.jsii'), 'utf8')) as Assembly;
    const texts = [...apiPages(schema.content, assembly)];
    syncFolder(pages, new Map(texts.map(([path, text]) => [path, Buffer.from(text)])));
  } finally {
    await documentation.cleanup();
  }
}

apiReference(process.cwd()).then((status) => {
  process.exitCode = status;
});
