import fc from 'fast-check';
import { BinFinder } from '../../../../lambda/domain/data/bin-finder';
import { binOf } from '../../../../lambda/domain/data/bins';
import { ByteTexts } from '../../../../lambda/domain/data/byte-texts';
import { numberOf } from '../../../../lambda/domain/data/cell';
import { NumberCells } from '../../../../lambda/domain/data/cell-bytes';

const numberText = fc.oneof(
  fc.double().map(String),
  fc.integer().map(String),
  fc.tuple(fc.integer(), fc.nat()).map(([whole, decimals]) => `${whole}.${decimals}`),
  fc.stringMatching(/^[-+.0-9eE ]{0,20}$/),
  fc.constantFrom('', '-', '.', '-0', '1.', '.5', ' 7 ', 'NaN', 'NA', '1e308', '1e309', '0x1F', '1_0'),
);

test('a number is read from bytes to the same bit as from its text', () => {
  const cells = new NumberCells();
  fc.assert(
    fc.property(numberText, fc.constantFrom('', ',', ',9'), (text, rest) => {
      const bytes = Buffer.from(`#${text}${rest}|`);
      const end = cells.read(bytes, 1, bytes.length - 1);
      expect(end).toBe(1 + text.length);
      expect(cells.value).toBe(numberOf(text));
    }),
    { numRuns: 2000 },
  );
});

test('texts are found by their bytes, and no others', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 3 });
  fc.assert(
    fc.property(fc.uniqueArray(text, { maxLength: 60 }), fc.array(text), (texts, others) => {
      const known = new ByteTexts(texts);
      for (const one of [...texts, ...others]) {
        const bytes = Buffer.from(`<${one}>`);
        const index = texts.indexOf(one);
        expect(known.indexOf(bytes, 1, bytes.length - 1)).toBe(index < 0 ? undefined : index);
      }
    }),
  );
});

test('a bin is found as by the search among all edges', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ noNaN: true, min: -10, max: 10 }),
    fc.integer({ min: -5, max: 5 }),
  );
  fc.assert(
    fc.property(fc.uniqueArray(number, { maxLength: 50 }), fc.array(number), (numbers, values) => {
      const edges = [...new Set(numbers.map((value) => value + 0))].sort((a, b) => a - b);
      const bins = new BinFinder(edges);
      for (const value of [...values, ...edges, Infinity, -Infinity, 0, -0]) {
        expect(bins.of(value)).toBe(binOf(value, edges));
      }
    }),
    { numRuns: 1000 },
  );
});
