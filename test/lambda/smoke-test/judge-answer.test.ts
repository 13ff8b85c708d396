import { judgeAnswer } from '../../../lambda/smoke-test/judge-answer';

describe('judgeAnswer', () => {
  test.each<[number[], number[] | undefined]>([
    [[0.25], undefined],
    [[0.25], [0.2500009]],
    [
      [0.2, 0.3, 0.5],
      [0.2, 0.3, 0.5],
    ],
    [[0.2, 0.3, 0.5], undefined],
  ])('takes %j where the evaluation had %p', (values, expected) => {
    expect(judgeAnswer(values, expected, 1e-6)).toEqual({});
  });

  test.each<[number[], number[] | undefined, string]>([
    [[], undefined, "the answer should be one number, but is ''"],
    [[0.1, 0.2], undefined, "the answer should be one number, but is '0.1, 0.2'"],
    [[2], [0.2, 0.3, 0.5], "the answer should be 3 numbers, but is '2'"],
  ])('refuses %j, whatever the numbers are', (values, expected, problem) => {
    expect(judgeAnswer(values, expected, 1e-6)).toEqual({ problem });
  });

  test('tells a number that is not what the evaluation had, or one of several', () => {
    expect(judgeAnswer([0.25], [0.250002], 1e-6)).toEqual({
      difference: 'the answer is 0.25, but the evaluation of this version had 0.250002 for the same row',
    });
    const expected = [0.2, 0.3, 0.5];
    expect(judgeAnswer([0.2, 0.5, 0.3], expected, 1e-6)).toEqual({
      difference:
        'the answer is 0.2, 0.5, 0.3, but the evaluation of this version had 0.2, 0.3, 0.5 for the same row',
    });
    expect(judgeAnswer(expected, [Number.NaN, 0.3, 0.5], 1e-6).difference).toContain('had NaN');
  });
});
