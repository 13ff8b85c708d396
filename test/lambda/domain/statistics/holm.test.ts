import { holm } from '../../../../lambda/domain/statistics/holm';

const expectClose = (actual: readonly number[], expected: readonly number[]) => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((p, i) => {
    expect(actual[i]).toBeCloseTo(p, 12);
  });
};

test('p-values of a worked example are adjusted step by step', () => {
  // p = .01, .02, .03, .04 by 4, 3, 2, 1: the running maximum of .04, .06, .06, .04.
  expectClose(holm([0.03, 0.01, 0.04, 0.02]), [0.06, 0.04, 0.06, 0.06]);
  expectClose(holm([0.5, 0.9]), [1, 1]);
  expectClose(holm([]), []);
});

test('weights share alpha', () => {
  // By p / w the order is .01/2, .01/1, .06/1: .01 * 4/2, .01 * 2/1 and .06 * 1/1.
  expectClose(holm([0.06, 0.01, 0.01], [1, 1, 2]), [0.06, 0.02, 0.02]);
  // Of three quarters and a quarter: .03 * 4/3, then .02 * 1; the other way round the first is .02 * 4.
  expectClose(holm([0.03, 0.02], [3, 1]), [0.04, 0.04]);
});

test('equal weights change nothing', () => {
  expectClose(holm([0.03, 0.01, 0.04, 0.02], [7, 7, 7, 7]), holm([0.03, 0.01, 0.04, 0.02]));
});
