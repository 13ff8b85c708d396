import {
  compareModelVersions,
  formatModelVersion,
  type ModelChanges,
  nextVersion,
  parseModelVersion,
} from '../../../../lambda/domain/records/model-version';

const NOTHING: ModelChanges = {
  schema: false,
  algorithm: false,
  image: false,
  hyperparameters: false,
  code: false,
  data: false,
  weights: false,
};

const after = (text: string, changes: Partial<ModelChanges>) =>
  formatModelVersion(nextVersion(parseModelVersion(text), { ...NOTHING, ...changes }));

test('the first model is 1.0.0, whatever changed', () => {
  expect(formatModelVersion(nextVersion(undefined, { ...NOTHING, schema: true }))).toBe('1.0.0');
});

test.each(['schema', 'algorithm', 'image', 'hyperparameters'] as const)(
  'a changed %s bumps MAJOR',
  (what) => {
    expect(after('1.4.2', { [what]: true, data: true, weights: true, code: true })).toBe('2.0.0');
  },
);

test.each(['data', 'weights'] as const)('new %s bump MINOR', (what) => {
  expect(after('1.4.2', { [what]: true, code: true })).toBe('1.5.0');
});

test('the same weights with other serving code bump PATCH', () => {
  expect(after('1.4.2', { code: true })).toBe('1.4.3');
});

test('packing the same again bumps PATCH', () => {
  expect(after('1.4.2', {})).toBe('1.4.3');
});

test('versions are ordered by number, not by text', () => {
  const sorted = ['1.10.0', '1.9.9', '10.0.0', '2.0.0', '1.9.10']
    .map(parseModelVersion)
    .sort(compareModelVersions)
    .map(formatModelVersion);
  expect(sorted).toEqual(['1.9.9', '1.9.10', '1.10.0', '2.0.0', '10.0.0']);
});

test.each(['', '1', '1.2', '1.2.3.4', 'v1.2.3', '01.2.3', '1.2.3-rc1', '1.2.-3', ' 1.2.3', '1.2.3\n'])(
  'refuses %j as a version and says what it got',
  (text) => {
    expect(() => parseModelVersion(text)).toThrow(`model version '${text}' is not MAJOR.MINOR.PATCH`);
  },
);
