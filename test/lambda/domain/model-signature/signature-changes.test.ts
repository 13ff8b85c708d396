import type { ModelSignature, SignatureInput } from '../../../../contracts/model-signature';
import {
  differsFromPlan,
  signatureChanges,
} from '../../../../lambda/domain/model-signature/signature-changes';

const AGE: SignatureInput = {
  name: 'age',
  type: 'number',
  optional: true,
  range: { minimum: 18, maximum: 90 },
};
const COUNTRY: SignatureInput = {
  name: 'country',
  type: 'category',
  optional: false,
  categories: ['DE', 'FR'],
};
const BEFORE = signature([AGE, COUNTRY]);

function signature(inputs: readonly SignatureInput[], changes: Partial<ModelSignature> = {}): ModelSignature {
  return { version: 1, inputs, outputs: [{ name: 'late', type: 'probability' }], ...changes };
}

describe('changes between two signatures', () => {
  test('are none between equal ones', () => {
    expect(signatureChanges(BEFORE, structuredClone(BEFORE))).toEqual([]);
  });

  test.each<[string, ModelSignature, string[]]>([
    ['a removed column', signature([AGE]), ['column country removed']],
    ['an added column', signature([AGE, COUNTRY, { ...AGE, name: 'income' }]), ['number income added']],
    ['another order', signature([COUNTRY, AGE]), ['order of the columns changed: country, age']],
    ['another type', signature([{ ...AGE, type: 'integer' }, COUNTRY]), ['number age is now integer']],
    [
      'a number that is now a category',
      signature([{ name: 'age', type: 'category', optional: true }, COUNTRY]),
      ['number age is now category'],
    ],
    [
      'another kind of answer',
      signature([AGE, COUNTRY], {
        outputs: [{ name: 'late', type: 'probabilities', classes: ['a', 'b', 'c'] }],
      }),
      ['answers probability of late -> probabilities of late (a, b, c)'],
    ],
  ])('make callers change after %s', (_, after, texts) => {
    expect(signatureChanges(BEFORE, after)).toEqual(texts.map((text) => ({ text, isBreaking: true })));
  });

  test.each<[string, SignatureInput, string[]]>([
    ['another range', { ...AGE, range: { minimum: 17, maximum: 90 } }, ['range of age 18 to 90 -> 17 to 90']],
    ['an unknown range', { ...AGE, range: undefined }, ['range of age 18 to 90 -> unknown']],
    ['no more missing values', { ...AGE, optional: false }, ['age is never empty now']],
    [
      'categories',
      { ...COUNTRY, categories: ['DE', 'IT'] },
      ['new in country: IT', 'no more in country: FR'],
    ],
    [
      'more categories than are listed',
      { name: 'country', type: 'text', optional: false },
      ['category country is now text'],
    ],
  ])('leave callers as they are after %s', (_, changed, texts) => {
    const after = signature([AGE, COUNTRY].map((input) => (input.name === changed.name ? changed : input)));
    expect(signatureChanges(BEFORE, after)).toEqual(texts.map((text) => ({ text, isBreaking: false })));
  });

  test('are listed without their thousands of categories', () => {
    const categories = Array.from({ length: 1000 }, (_, index) => `c${index}`);
    const [{ text } = { text: '' }] = signatureChanges(BEFORE, signature([AGE, { ...COUNTRY, categories }]));
    expect(text).toMatch(/^new in country: c0, .* and 990 more$/);
  });
});

test.each([
  ['the same columns', 'late', ['age', 'country'], ['country'], false],
  ['another label', 'delayed', ['age', 'country'], ['country'], true],
  ['another order', 'late', ['country', 'age'], ['country'], true],
  ['a column more', 'late', ['age', 'country', 'income'], ['country'], true],
  ['a column that is a category now', 'late', ['age', 'country'], ['age', 'country'], true],
  ['a category that is a number now', 'late', ['age', 'country'], [], true],
])('a training that is planned with %s', (_, label, columns, texts, differs) => {
  const planned = { label, columns: columns.map((name) => ({ name, isText: texts.includes(name) })) };
  expect(differsFromPlan(BEFORE, planned)).toBe(differs);
});

test('callers stay as they are if whole numbers may have fractions, but not the other way', () => {
  const whole: SignatureInput = { ...AGE, type: 'integer' };
  expect(signatureChanges(signature([whole]), signature([AGE]))).toEqual([
    { text: 'integer age is now number', isBreaking: false },
  ]);
});
