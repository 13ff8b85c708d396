import { Readable } from 'node:stream';
import { type RecordedRange, recordedFiles } from '../../../lambda/aws/recorded-files';
import { textOf } from './text-of';

const MEGABYTE = 1 << 20;

/** Objects by their keys, and which of them are being read. */
class Objects {
  readonly reading: string[] = [];

  constructor(private readonly contents: Readonly<Record<string, string | Error>>) {}

  async *list(prefix: string, after = '') {
    for (const [key, content] of Object.entries(this.contents)) {
      if (key.startsWith(prefix) && key > after) yield { key, bytes: String(content).length };
    }
  }

  async readSmall(key: string): Promise<Uint8Array> {
    return Buffer.from(this.read(key));
  }

  async readStream(key: string): Promise<Readable> {
    return Readable.from([Buffer.from(this.read(key))]);
  }

  private read(key: string): string {
    this.reading.push(key);
    const content = this.contents[key] as string | Error;
    if (content instanceof Error) throw content;
    return content;
  }
}

async function textsOf(objects: Objects, range: RecordedRange = {}): Promise<string[]> {
  const texts: string[] = [];
  for await (const file of recordedFiles(objects, 'a/', range)) {
    texts.push(`${file.key}: ${(await textOf(file)).slice(0, 10)}`);
  }
  return texts;
}

test('reads what is below the prefix in the order of the keys, small and large objects', async () => {
  const large = 'x'.repeat(MEGABYTE + 1);
  const objects = new Objects({ 'a/1': 'one', 'a/2': large, 'a/3': 'three', 'b/1': 'other' });
  expect(await textsOf(objects)).toEqual(['a/1: one', 'a/2: xxxxxxxxxx', 'a/3: three']);
});

test('reads the objects that begin within the bytes', async () => {
  const objects = new Objects({ 'a/1': '12345', 'a/2': '12345', 'a/3': '12345' });
  expect(await textsOf(objects, { bytes: 6 })).toEqual(['a/1: 12345', 'a/2: 12345']);
});

test('reads the objects after a key and up to another', async () => {
  const objects = new Objects({ 'a/1': '1', 'a/2': '2', 'a/3': '3', 'a/4': '4' });
  expect(await textsOf(objects, { after: 'a/1', last: 'a/3' })).toEqual(['a/2: 2', 'a/3: 3']);
});

test('reads small objects ahead, and a large one in its turn alone', async () => {
  const large = 'x'.repeat(MEGABYTE + 1);
  const objects = new Objects({ 'a/1': 'one', 'a/2': large, 'a/3': 'three', 'a/4': large });
  const files = recordedFiles(objects, 'a/');
  const first = await files.next();
  expect(objects.reading).toEqual(['a/1', 'a/3']);
  expect(await textOf(first.value)).toBe('one');
  const second = await files.next();
  expect(objects.reading).toEqual(['a/1', 'a/3']);
  await textOf(second.value);
  expect(objects.reading).toEqual(['a/1', 'a/3', 'a/2']);
});

test('an object that cannot be read fails in its turn', async () => {
  const objects = new Objects({ 'a/1': 'one', 'a/2': new Error('denied'), 'a/3': 'three' });
  const files = recordedFiles(objects, 'a/');
  expect(await textOf((await files.next()).value)).toBe('one');
  await expect(textOf((await files.next()).value)).rejects.toThrow('denied');
});
