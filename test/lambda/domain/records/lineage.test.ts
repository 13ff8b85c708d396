import { changesOf, type Ingredients, lineageOf } from '../../../../lambda/domain/records/lineage';

const INGREDIENTS: Ingredients = {
  dataVersion: '0123456789abcdef',
  codeVersion: 'c0de',
  image: 'image:1',
  hyperparameters: { depth: '3', rate: '0.1' },
  label: 'late',
  columns: ['age', 'income'],
};
const LINEAGE = lineageOf(INGREDIENTS);

describe('a lineage', () => {
  test('does not depend on the order of hyperparameters, but on that of features', () => {
    expect(lineageOf({ ...INGREDIENTS, hyperparameters: { rate: '0.1', depth: '3' } })).toEqual(LINEAGE);
    expect(lineageOf({ ...INGREDIENTS, columns: ['income', 'age'] }).schemaHash).not.toBe(LINEAGE.schemaHash);
  });

  test.each<[string, Partial<Ingredients>, string[]]>([
    ['nothing', {}, []],
    ['new data', { dataVersion: 'fedcba9876543210' }, ['data']],
    ['a hyperparameter', { hyperparameters: { depth: '4', rate: '0.1' } }, ['hyperparameters']],
    ['the image', { image: 'image:2' }, ['image']],
    ['the training image', { trainingImage: 'training:1' }, ['image']],
    ['a feature', { columns: ['age'] }, ['schema']],
    ['the label', { label: 'cancelled' }, ['schema']],
    ['a script', { codeVersion: 'c0da' }, ['algorithm', 'code']],
  ])('tells that %s changed', (_, changes, expected) => {
    const found = changesOf(lineageOf({ ...INGREDIENTS, ...changes }), LINEAGE);
    // A training gives new weights whatever is the same.
    expect(Object.entries(found).flatMap(([name, changed]) => (changed ? [name] : []))).toEqual([
      ...expected,
      'weights',
    ]);
  });

  test('takes what is not known of the earlier one as changed', () => {
    expect(changesOf(LINEAGE, {})).toMatchObject({ schema: true, image: true, hyperparameters: true });
  });
});
