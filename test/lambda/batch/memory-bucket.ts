import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type * as z from 'zod/mini';
import type { PinnedObject } from '../../../contracts/pinned-artifacts';
import type { StoredObject, StoredVersion } from '../../../lambda/aws/store';
import { parseDocument } from '../../../lambda/domain/records/document';

interface Version extends PinnedObject {
  readonly content: Buffer;
}

/** A versioned bucket in memory. Each call can be interrupted, before or after it has had its effect. */
export class MemoryBucket {
  /** Called before and after each effect: it may throw. */
  interrupt: () => void = () => {};
  private readonly objects = new Map<string, Version[]>();
  private versions = 0;
  /** Sizes that the list of objects tells of some keys. */
  readonly told = new Map<string, number>();

  constructor(readonly name: string) {}

  put(key: string, content: string | Uint8Array): PinnedObject {
    const bytes = Buffer.from(content as string);
    const sha256 = createHash('sha256').update(bytes).digest('base64');
    const version = { content: bytes, versionId: `v${++this.versions}`, sha256 };
    this.objects.set(key, [...(this.objects.get(key) ?? []), version]);
    return version;
  }

  /** The newest content as text. */
  text(key: string): string {
    return this.find(key).content.toString('utf8');
  }

  /** The newest content. */
  bytes(key: string): Buffer {
    return this.find(key).content;
  }

  keys(prefix = ''): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  uriOf(key: string): string {
    return `s3://${this.name}/${key}`;
  }

  async readBytes(key: string, versionId?: string): Promise<Uint8Array> {
    this.interrupt();
    return this.find(key, versionId).content;
  }

  async readRange(key: string, from: number, to: number, versionId?: string): Promise<Uint8Array> {
    this.interrupt();
    return this.find(key, versionId).content.subarray(from, to);
  }

  async readStream(key: string, versionId?: string): Promise<Readable> {
    this.interrupt();
    const { content } = this.find(key, versionId);
    // Pieces end anywhere.
    const pieces = Array.from({ length: Math.ceil(content.length / 37) }, (_, index) =>
      content.subarray(index * 37, (index + 1) * 37),
    );
    return Readable.from(pieces);
  }

  async readJson<T>(key: string, schema: z.ZodMiniType<T>): Promise<T> {
    this.interrupt();
    return parseDocument(schema, this.text(key), key);
  }

  async tryReadJson<T>(key: string, schema: z.ZodMiniType<T>): Promise<T | undefined> {
    this.interrupt();
    return this.objects.has(key) ? parseDocument(schema, this.text(key), key) : undefined;
  }

  async writeOnce(key: string, content: string | Uint8Array): Promise<boolean> {
    this.interrupt();
    const isNew = !this.objects.has(key);
    if (isNew) this.put(key, content);
    this.interrupt();
    return isNew;
  }

  async writePinnedOnce(key: string, content: string | Uint8Array): Promise<PinnedObject> {
    await this.writeOnce(key, content);
    const { versionId, sha256 } = this.find(key);
    return { versionId, sha256 };
  }

  async writeJson(key: string, value: unknown): Promise<void> {
    this.put(key, JSON.stringify(value));
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    this.interrupt();
    for (const key of this.keys(prefix)) yield { key, bytes: this.find(key).content.length };
  }

  async *listLatestVersions(prefix: string): AsyncGenerator<StoredVersion> {
    this.interrupt();
    for (const key of this.keys(prefix)) {
      const { content, versionId, sha256 } = this.find(key);
      yield {
        key,
        versionId,
        etag: sha256,
        bytes: this.told.get(key) ?? content.length,
        modified: '2026-11-30T00:00:00.000Z',
      };
    }
  }

  private find(key: string, versionId?: string): Version {
    const versions = this.objects.get(key) ?? [];
    const found =
      versionId === undefined ? versions.at(-1) : versions.find((one) => one.versionId === versionId);
    if (found) return found;
    throw Object.assign(new Error(`there is no object ${key}`), { name: 'NoSuchKey' });
  }
}
