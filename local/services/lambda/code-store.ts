import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { unzipSync } from 'fflate';
import { invalid } from './errors';
import type { CodeReference } from './stored-function';

const MAXIMUM_UNZIPPED_BYTES = 262_144_000;

/** Zip files of functions and layers, unpacked once for each content. */
export class CodeStore {
  constructor(private readonly directory: string) {}

  /**
   * Unpacks a zip file, unless the same one is there already.
   *
   * @throws AwsError InvalidParameterValueException if it cannot be unpacked or is too large
   */
  async add(zip: Uint8Array): Promise<CodeReference> {
    const sha256 = createHash('sha256').update(zip).digest('base64');
    const folder = this.folder(sha256);
    if (!existsSync(folder)) {
      await this.provideSdk();
      // Under another name until it is whole.
      const unfinished = `${folder}.${process.hrtime.bigint()}`;
      await unpack(zip, unfinished);
      await writeFile(this.file(sha256), zip);
      await rename(unfinished, folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      });
    }
    return { sha256, size: zip.length };
  }

  /** Where a zip file's content is. */
  folder(sha256: string): string {
    return join(this.directory, Buffer.from(sha256, 'base64').toString('hex'));
  }

  /** The zip file itself; undefined if there is none. */
  async zip(hexadecimalSha256: string): Promise<Buffer | undefined> {
    const file = join(this.directory, `${hexadecimalSha256}.zip`);
    return /^[0-9a-f]{64}$/.test(hexadecimalSha256) && existsSync(file) ? readFile(file) : undefined;
  }

  private file(sha256: string): string {
    return `${this.folder(sha256)}.zip`;
  }

  /**
   * AWS's runtimes bring the SDK. A `node_modules` folder above the code serves `require` and `import` alike,
   * which NODE_PATH would not, and shows functions nothing else of what is installed here.
   */
  private async provideSdk(): Promise<void> {
    const modules = join(this.directory, 'node_modules');
    await mkdir(modules, { recursive: true });
    for (const [scope, installed] of [
      ['@aws-sdk', scopeFolder('@aws-sdk/client-sts')],
      ['@smithy', scopeFolder('@smithy/core')],
    ] as const) {
      await symlink(installed, join(modules, scope), 'dir').catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    }
  }
}

function scopeFolder(packageName: string): string {
  return dirname(dirname(createRequire(__filename).resolve(`${packageName}/package.json`)));
}

async function unpack(zip: Uint8Array, folder: string): Promise<void> {
  const entries = Object.entries(read(zip));
  const size = entries.reduce((sum, [, content]) => sum + content.length, 0);
  if (size > MAXIMUM_UNZIPPED_BYTES)
    throw invalid(`Unzipped size must be smaller than ${MAXIMUM_UNZIPPED_BYTES} bytes`);
  await mkdir(folder, { recursive: true });
  for (const [name, content] of entries) {
    const path = join(folder, name);
    if (!path.startsWith(folder + sep)) throw invalid(COULD_NOT_UNZIP);
    if (name.endsWith('/')) {
      await mkdir(path, { recursive: true });
      continue;
    }
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { mode: 0o755 });
  }
}

const COULD_NOT_UNZIP = 'Could not unzip uploaded file. Please check your file, then try to upload again.';

function read(zip: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(zip);
  } catch {
    throw invalid(COULD_NOT_UNZIP);
  }
}
