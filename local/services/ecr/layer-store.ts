import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Layers of images, and their configurations, as files: of each repository its own. */
export class LayerStore {
  constructor(private readonly directory: string) {}

  /** @returns id of the upload */
  async begin(repository: string): Promise<string> {
    const uploadId = randomUUID();
    await mkdir(this.folder(repository), { recursive: true });
    await writeFile(this.upload(repository, uploadId), '');
    return uploadId;
  }

  /** Bytes of an upload that have arrived; undefined if there is no such upload. */
  async uploadedBytes(repository: string, uploadId: string): Promise<number | undefined> {
    const file = this.upload(repository, uploadId);
    return existsSync(file) ? (await stat(file)).size : undefined;
  }

  async append(repository: string, uploadId: string, part: Uint8Array): Promise<void> {
    await appendFile(this.upload(repository, uploadId), part);
  }

  async digestOfUpload(repository: string, uploadId: string): Promise<string> {
    const bytes = await readFile(this.upload(repository, uploadId));
    return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  }

  /** Makes an upload a layer, which is named by its digest. */
  async complete(repository: string, uploadId: string, digest: string): Promise<void> {
    await rename(this.upload(repository, uploadId), this.file(repository, digest));
  }

  /** Size in bytes; undefined if the repository has no such layer. */
  async size(repository: string, digest: string): Promise<number | undefined> {
    const file = this.file(repository, digest);
    return existsSync(file) ? (await stat(file)).size : undefined;
  }

  read(repository: string, digest: string): Promise<Buffer> {
    return readFile(this.file(repository, digest));
  }

  async deleteAll(repository: string): Promise<void> {
    await rm(this.folder(repository), { recursive: true, force: true });
  }

  /** Names of repositories have slashes. */
  private folder(repository: string): string {
    return join(this.directory, encodeURIComponent(repository));
  }

  private upload(repository: string, uploadId: string): string {
    return join(this.folder(repository), `upload-${encodeURIComponent(uploadId)}`);
  }

  private file(repository: string, digest: string): string {
    return join(this.folder(repository), encodeURIComponent(digest));
  }
}
