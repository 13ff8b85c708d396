import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { create } from 'tar';

export interface Layer {
  /** `.tar.gz` */
  readonly content: Buffer;
  /** Digest of the archive before it was compressed. */
  readonly diffId: string;
}

/** The files below a folder as a layer. The same files make the same bytes, whenever and by whom. */
export async function layerOf(folder: string): Promise<Layer> {
  const chunks: Buffer[] = [];
  const archive = create({ cwd: folder, portable: true, mtime: new Date(0) }, readdirSync(folder).sort());
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return {
    content: gzipSync(bytes),
    diffId: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
  };
}
