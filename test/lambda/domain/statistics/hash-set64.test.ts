import fc from 'fast-check';
import { HashSet64 } from '../../../../lambda/domain/statistics/hash-set64';
import { hash64, hash64OfAscii } from '../../../../lambda/domain/statistics/hash64';

test('knows what was added, and nothing else', () => {
  // Few high halves, so that hashes meet in their places.
  const hash = fc.tuple(fc.nat({ max: 3 }), fc.integer({ min: 1, max: 20 }));
  fc.assert(
    fc.property(fc.array(hash, { maxLength: 100 }), fc.array(hash), (added, asked) => {
      const set = new HashSet64(100);
      const expected = new Set<string>();
      for (const one of added) {
        expect(set.add(one)).toBe(!expected.has(String(one)));
        expected.add(String(one));
      }
      for (const one of asked) expect(set.has(one)).toBe(expected.has(String(one)));
      expect(new Set([...set].map(String))).toEqual(expected);
      expect(set.size).toBe(expected.size);
    }),
  );
});

test('refuses what it has no room for', () => {
  const set = new HashSet64(2);
  set.add([1, 1]);
  set.add([1, 2]);
  expect(set.add([1, 1])).toBe(false);
  expect(() => set.add([1, 3])).toThrow(new RangeError('a set has room for 2 hashes'));
});

test('ASCII has one hash, as text and as bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      expect(hash64OfAscii(Buffer.from(`<${text}>`), 1, 1 + text.length)).toEqual(hash64(text));
    }),
  );
});
