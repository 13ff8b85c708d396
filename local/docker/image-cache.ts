import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CONFIG_TYPE,
  type Descriptor,
  type ImageManifest,
  LAYER_TYPE,
  MANIFEST_TYPE,
} from '../containers/built-image/image-config';
import { cacheDirectory } from '../containers/cache-directory';

const OWNER_ONLY = 0o600;

/** The images of this machine, as Docker keeps them: content by its digest, and what each tag stands for. */
export class ImageCache {
  private readonly directory = join(cacheDirectory(), 'images');

  /** @returns text of the manifest */
  async add(tag: string, config: object, layer: Buffer): Promise<string> {
    const manifest: ImageManifest = {
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: await this.keep(CONFIG_TYPE, Buffer.from(JSON.stringify(config))),
      layers: [await this.keep(LAYER_TYPE, layer)],
    };
    const text = JSON.stringify(manifest);
    await this.write(tagFile(tag), text);
    return text;
  }

  /** @throws Error if no image has the tag */
  async tag(source: string, target: string): Promise<void> {
    await this.write(tagFile(target), await this.manifest(source));
  }

  has(tag: string): boolean {
    return existsSync(join(this.directory, tagFile(tag)));
  }

  /** @throws Error if no image has the tag */
  async manifest(tag: string): Promise<string> {
    if (!this.has(tag)) throw new Error(`No such image: ${tag}`);
    return readFile(join(this.directory, tagFile(tag)), 'utf8');
  }

  content(digest: string): Promise<Buffer> {
    return readFile(join(this.directory, contentFile(digest)));
  }

  /** What a registry requires of those who push, by its host. */
  async logIn(host: string, password: string): Promise<void> {
    await this.write(`login-${encodeURIComponent(host)}`, password);
  }

  /** @throws Error without a login */
  async password(host: string): Promise<string> {
    const file = join(this.directory, `login-${encodeURIComponent(host)}`);
    if (!existsSync(file)) throw new Error(`no basic auth credentials for ${host}: log in before`);
    return readFile(file, 'utf8');
  }

  private async keep(mediaType: string, content: Buffer): Promise<Descriptor> {
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    await this.write(contentFile(digest), content);
    return { mediaType, digest, size: content.length };
  }

  /** At once or not at all: several deployments may build at the same time. */
  private async write(name: string, content: string | Buffer): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const unfinished = join(this.directory, `unfinished-${randomUUID()}`);
    await writeFile(unfinished, content, { mode: OWNER_ONLY });
    await rename(unfinished, join(this.directory, name));
  }
}

function tagFile(tag: string): string {
  return `tag-${encodeURIComponent(tag)}`;
}

function contentFile(digest: string): string {
  return `content-${encodeURIComponent(digest)}`;
}
