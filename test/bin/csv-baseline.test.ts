import { csvBaseline } from '../../bin/cli/csv-baseline';
import { baselineSchema } from '../../lambda/domain/data/baseline';
import { checkDocument } from '../../lambda/domain/records/document';

const NO_ROLES = { categories: [], ignored: [] };
const CSV = 'age,country,zip,id,churned,score\n20,NA,1,a,0,0.1\n,DE,1,b,1,0.9\n40,DE,2,c,0,0.2\n';

test('a baseline has the features in the order of the file, and the predictions', () => {
  const baseline = csvBaseline(CSV, {
    label: 'churned',
    prediction: 'score',
    categories: ['zip'],
    ignored: ['id'],
  });
  expect(checkDocument(baselineSchema, baseline, 'baseline')).toEqual(baseline);
  expect(Object.keys(baseline.features)).toEqual(['age', 'country', 'zip']);
  expect(baseline).toMatchObject({
    rows: 3,
    features: {
      age: { kind: 'numeric', missing: 1 },
      country: { kind: 'categorical', categories: ['DE', 'NA'], counts: [2, 1], missing: 0 },
      zip: { kind: 'categorical', categories: ['1', '2'], counts: [2, 1] },
    },
    prediction: { kind: 'numeric', missing: 0 },
  });
});

test('a baseline has no predictions unless their column is named', () => {
  expect(csvBaseline('a\n1\n2\n', NO_ROLES).prediction).toBeUndefined();
});

test.each<[string, string, object, string]>([
  ['is empty', 'a,b\n', {}, 'the file has no rows below its header'],
  [
    'has the index of pandas',
    ',a\n0,1\n',
    {},
    'column 1 has no name: it may be the index that pandas writes',
  ],
  ['names two columns alike', 'a,a\n0,1\n', {}, "two columns have the name 'a'"],
  ['has a short row', 'a,b\n0,1\n2\n', {}, 'row 2 has 1 cells, but the header has 2'],
  ['has no such column', 'a,b\n0,1\n', { label: 'c' }, "there is no column 'c', but a, b"],
  ['has only the label', 'a\n0\n', { label: 'a' }, 'no column is left that requests send'],
  ['has text for a prediction', 'a,p\n0,x\n', { prediction: 'p' }, "row 1 has the prediction 'x'"],
])('a file is refused that %s', (_, text, roles, message) => {
  expect(() => csvBaseline(text, { ...NO_ROLES, ...roles })).toThrow(message);
});
