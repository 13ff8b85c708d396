/** Asserts that a number is within a relative error of its reference value. */
export function expectRelative(actual: number, expected: number, error: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(error * Math.abs(expected));
}
