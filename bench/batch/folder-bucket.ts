import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type * as z from 'zod/mini';
import type { ArtifactStore } from '../../lambda/aws/store';
import { parseDocument } from '../../lambda/domain/records/document';

/** A bucket as a folder, as far as batches use it. */
export function folderBucket(folder: string): ArtifactStore {
  const pathOf = (key: string) => join(folder, key);
  async function* list(prefix: string) {
    const found = await readdir(pathOf(prefix), { recursive: true, withFileTypes: true }).catch(() => []);
    const paths = found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
    for (const path of paths.sort()) yield { key: relative(folder, path), bytes: (await stat(path)).size };
  }
  const store = {
    uriOf: pathOf,
    list,
    async *listLatestVersions(prefix: string) {
      for await (const file of list(prefix)) yield { ...file, versionId: '1', etag: '1', modified: '' };
    },
    readBytes: (key: string) => readFile(pathOf(key)),
    readStream: async (key: string) => createReadStream(pathOf(key), { highWaterMark: 2 ** 20 }),
    async readRange(key: string, from: number, to: number) {
      const file = await open(pathOf(key));
      try {
        const { buffer } = await file.read(Buffer.allocUnsafe(to - from), 0, to - from, from);
        return buffer;
      } finally {
        await file.close();
      }
    },
    readJson: async <T>(key: string, schema: z.ZodMiniType<T>) =>
      parseDocument(schema, await readFile(pathOf(key), 'utf8'), key),
    tryReadJson: <T>(key: string, schema: z.ZodMiniType<T>) =>
      readFile(pathOf(key), 'utf8').then(
        (text) => parseDocument(schema, text, key),
        () => undefined,
      ),
    async writeOnce(key: string, content: string | Uint8Array) {
      await mkdir(dirname(pathOf(key)), { recursive: true });
      await writeFile(pathOf(key), content);
      return true;
    },
    async writePinnedOnce(key: string, content: string | Uint8Array) {
      await store.writeOnce(key, content);
      return { versionId: '1', sha256: createHash('sha256').update(content).digest('base64') };
    },
  };
  return store as unknown as ArtifactStore;
}
