import { readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

const BLOCK = 512;

/** Byte of a gzip header that names the operating system, and its value for "unknown" (RFC 1952, 2.3.1). */
const GZIP_SYSTEM_BYTE = 9;
const UNKNOWN_SYSTEM = 255;

/** Longest name that a header holds, in bytes. */
const NAME_BYTES = 100;

/** A pax header for the entry that follows, or a regular file. */
type EntryType = 'x' | '0';

/**
 * A gzipped tar archive of files, in the ustar format with pax headers for long names (POSIX.1-2017, `pax`,
 * "ustar Interchange Format" and "pax Extended Header"). The same files give the same bytes: no owner, no
 * time, names in the order given.
 *
 * @param folder folder of the files
 * @param names paths of the files in the folder
 */
export function tarArchive(folder: string, names: readonly string[]): Uint8Array {
  const entries = names.flatMap((name) => {
    const path = join(folder, name);
    return entry(name.split(sep).join('/'), readFileSync(path), isExecutable(path));
  });
  const archive = gzipSync(Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]));
  archive[GZIP_SYSTEM_BYTE] = UNKNOWN_SYSTEM;
  return archive;
}

function isExecutable(path: string): boolean {
  return (statSync(path).mode & 0o100) !== 0;
}

function entry(name: string, content: Buffer, executable: boolean): Buffer[] {
  const mode = executable ? 0o755 : 0o644;
  const file = [header(name, '0', content.length, mode), padded(content)];
  if (Buffer.byteLength(name) <= NAME_BYTES) return file;
  const record = paxRecord('path', name);
  return [header('PaxHeader', 'x', record.length, 0o644), padded(record), ...file];
}

function header(name: string, type: EntryType, size: number, mode: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  Buffer.from(name).copy(block, 0, 0, NAME_BYTES);
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  // The checksum counts its own field as spaces.
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257, 'latin1');
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${octal(checksum, 6)}\0 `, 148, 'latin1');
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** `<length> <key>=<value>\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  const restLength = Buffer.byteLength(rest);
  let length = restLength + 1;
  while (restLength + String(length).length !== length) length = restLength + String(length).length;
  return Buffer.from(`${length}${rest}`);
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}
