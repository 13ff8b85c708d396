import type { ArtifactStore } from '../../../lambda/aws/store';
import { unread } from '../../../lambda/aws/unread-files';

describe('unread', () => {
  const store = { readText: async (key: string) => `text of ${key}` } as unknown as ArtifactStore;
  const filesOf = (count: number, bytes: number) =>
    Array.from({ length: count }, (_, index) => ({ key: `file-${index}`, bytes }));

  async function counts(files: ReturnType<typeof filesOf>, looks: number): Promise<number[]> {
    const seen = new Set<string>();
    const found: number[] = [];
    for (let look = 0; look < looks; look++) {
      let count = 0;
      for await (const { key, text } of unread(store, files, seen)) {
        expect(text).toBe(`text of ${key}`);
        count++;
      }
      found.push(count);
    }
    expect(seen.size).toBe(files.length);
    return found;
  }

  test.each([
    ['few', filesOf(3, 100), [3, 0]],
    ['many small', filesOf(2500, 100), [2000, 500, 0]],
    ['large', filesOf(5, 16 << 20), [2, 2, 1]],
  ])('reads each of %s files once, as many as fit into one look', async (_title, files, expected) => {
    expect(await counts(files, expected.length)).toEqual(expected);
  });
});
