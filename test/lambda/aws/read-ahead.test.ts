import { readAhead } from '../../../lambda/aws/read-ahead';

describe('readAhead', () => {
  const keys = Array.from({ length: 50 }, (_, index) => `file-${index}`);
  let reading: number;
  let most: number;

  beforeEach(() => {
    reading = 0;
    most = 0;
  });

  /** Each file takes some turns of the event loop, the later ones fewer. */
  const store = {
    readText: async (key: string) => {
      most = Math.max(most, ++reading);
      const index = Number(key.slice('file-'.length));
      for (let turn = index; turn < keys.length; turn++) await new Promise(setImmediate);
      reading--;
      if (key === 'file-30') throw new Error('Access Denied');
      return `text of ${key}`;
    },
  };

  test('gives texts in the order of their keys, whichever came first, and reads some at a time', async () => {
    const read: string[] = [];
    for await (const { key, text } of readAhead(store, keys.slice(0, 30))) {
      expect(text).toBe(`text of ${key}`);
      read.push(key);
    }
    expect(read).toEqual(keys.slice(0, 30));
    expect(most).toBe(16);
  });

  test('gives what comes before one that cannot be read, and ends with its error', async () => {
    const read: string[] = [];
    const all = async () => {
      for await (const { key } of readAhead(store, keys)) read.push(key);
    };
    await expect(all()).rejects.toThrow('Access Denied');
    expect(read).toEqual(keys.slice(0, 30));
  });

  test('leaves the rest when the reader has enough, whatever becomes of what was begun', async () => {
    for await (const { key } of readAhead(store, keys.slice(29))) {
      expect(key).toBe('file-29');
      break;
    }
    while (reading > 0) await new Promise(setImmediate);
  });
});
