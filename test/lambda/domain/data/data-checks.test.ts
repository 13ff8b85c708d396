import fc from 'fast-check';
import { numberOf } from '../../../../lambda/domain/data/cell';
import { ValueSet } from '../../../../lambda/domain/data/checks/value-set';

test('a set of values knows what was added, as a set does', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 3000 }), (values) => {
      const [set, reference] = [new ValueSet(), new Set<string>()];
      for (const value of values) {
        expect(set.add(value)).toBe(reference.has(value));
        reference.add(value);
      }
      expect(values.every((value) => set.has(value))).toBe(true);
      expect(set.has('not one of them')).toBe(false);
    }),
    { seed: 3, numRuns: 30 },
  );
});

test('a set of values tells that it is full, and takes nothing for known that it does not know', () => {
  const set = new ValueSet(2);
  expect(['a', 'b', 'c', 'c', 'a'].map((value) => set.add(value))).toEqual([
    false,
    false,
    false,
    false,
    true,
  ]);
  expect(set.isFull).toBe(true);
});

test('a cell is a number by the rules of CSV', () => {
  const decimal = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;
  const texts = fc.oneof(
    fc.stringMatching(/^[ +\-0-3.eExX_b]{0,6}$/),
    fc.double().map(String),
    fc.stringMatching(/^-?[0-9]{0,12}\.?[0-9]{0,12}$/),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(numberOf(text)).toBe(decimal.test(text) ? Number(text) : Number.NaN);
    }),
    {
      seed: 7,
      numRuns: 5000,
      examples: [[' 0x10'], ['0x10'], ['0b11'], ['0o7'], ['Infinity'], ['-Infinity'], ['1_0'], ['']],
    },
  );
});
