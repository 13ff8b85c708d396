import { mayBreak } from '../../scripts/api-diff';

test.each([
  ['1.2.3', '2.0.0', true],
  ['1.2.3', '1.3.0', false],
  ['1.2.3', '1.2.4', false],
  ['0.2.3', '0.3.0', true],
  ['0.2.3', '0.2.4', false],
  ['0.2.3', '1.0.0', true],
  ['0.9.0', '0.10.0', true],
  ['1.2.3', '1.2.3', false],
])('whether %s may be followed by %s if it breaks something: %s', (previous, next, expected) => {
  expect(mayBreak(previous, next)).toBe(expected);
});
