import fc from 'fast-check';
import { HourlyFiles, type KeptFiles } from '../../../lambda/aws/hourly-files';
import type { StoredObject } from '../../../lambda/aws/store';

const SINCE = new Date('2026-11-24T10:00:00Z');
const MINUTE = 60_000;
const prefixOf = (hour: string) => `capture/${hour}/`;
const after = (minutes: number) => new Date(SINCE.getTime() + minutes * MINUTE);

/** A bucket that counts what is listed and read. */
class CountingStore {
  listed = 0;
  readonly read: string[] = [];
  private readonly objects = new Map<string, number>();

  put(key: string, bytes = 100): void {
    this.objects.set(key, bytes);
  }

  async *list(prefix: string, start = ''): AsyncGenerator<StoredObject> {
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > start);
    for (const key of keys.sort()) {
      this.listed++;
      yield { key, bytes: this.objects.get(key) as number };
    }
  }

  async readText(key: string): Promise<string> {
    this.read.push(key);
    return `text of ${key}`;
  }
}

/** One evaluation, from the state of the one before to its own, by way of a document. */
async function evaluate(store: CountingStore, until: Date, kept: KeptFiles): Promise<KeptFiles> {
  const files = new HourlyFiles(store, { since: SINCE, until, kept });
  for await (const { key, text } of files.unread(prefixOf)) expect(text).toBe(`text of ${key}`);
  return JSON.parse(JSON.stringify(files)) as KeptFiles;
}

const keyAt = (minute: number, name: string) =>
  `${prefixOf(after(minute).toISOString().slice(0, 13).replace(/[-T]/g, '/'))}${name}.jsonl`;

test('each file is read once, however late it comes and wherever its name is in the order', async () => {
  const file = fc.record({ minute: fc.nat(100), delay: fc.nat(40), name: fc.uuid() });
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(file, { selector: ({ name }) => name, maxLength: 60 }), async (files) => {
      const store = new CountingStore();
      let kept: KeptFiles = {};
      for (let minute = 1; minute <= 190; minute += 3) {
        for (const { minute: at, delay, name } of files) {
          if (at + delay > minute - 3 && at + delay <= minute) store.put(keyAt(at, name));
        }
        kept = await evaluate(store, after(minute), kept);
      }
      expect(store.read.toSorted()).toEqual(files.map(({ minute, name }) => keyAt(minute, name)).toSorted());
    }),
    { numRuns: 60, seed: 20261129 },
  );
});

test('many evaluations of many files list and read in proportion to the files, late ones included', async () => {
  const store = new CountingStore();
  let kept: KeptFiles = {};
  let all = 0;
  for (let minute = 0; minute < 125; minute++) {
    // One in ten has a name that sorts before what was listed.
    for (let index = 0; minute < 60 && index < 150; index++, all++) {
      const late = index % 10 === 0;
      store.put(keyAt(minute, `${String(late ? minute / 2 : minute).padStart(5, '0')}-${minute}-${index}`));
    }
    kept = await evaluate(store, after(minute + 1), kept);
  }
  expect(new Set(store.read).size).toBe(all);
  expect(store.read).toHaveLength(all);
  expect(store.listed).toBeLessThan(4 * all);
  expect(kept[prefixOf('2026/11/24/10')]).toBe('closed');
});

test.each([
  ['few', 3, 100, [3, 0]],
  ['many small', 2500, 100, [2000, 500, 0]],
  ['large', 5, 16 << 20, [2, 2, 1]],
])('one evaluation reads as many of %s files as fit into it', async (_title, count, bytes, expected) => {
  const store = new CountingStore();
  for (let index = 0; index < count; index++) store.put(keyAt(0, `file-${index}`), bytes);
  let kept: KeptFiles = {};
  const found: number[] = [];
  for (const _ of expected) {
    const before = store.read.length;
    kept = await evaluate(store, after(5), kept);
    found.push(store.read.length - before);
  }
  expect(found).toEqual(expected);
});

test('an evaluation without new files in a large folder lists none of the known ones', async () => {
  const store = new CountingStore();
  for (let index = 0; index < 1500; index++) store.put(keyAt(0, `file-${index}`));
  const kept = await evaluate(store, after(1), {});
  store.listed = 0;
  await evaluate(store, after(2), await evaluate(store, after(2), kept));
  expect(store.listed).toBe(1500);
  const later = await evaluate(store, after(3), await evaluate(store, after(3), kept));
  store.listed = 0;
  await evaluate(store, after(4), later);
  expect(store.listed).toBe(0);
});
