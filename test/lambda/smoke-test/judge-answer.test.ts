import { judgeAnswer } from '../../../lambda/smoke-test/judge-answer';

describe('judgeAnswer', () => {
  test.each<[string, number[] | undefined]>([
    ['0.25\n', undefined],
    ['0.25', [0.2500009]],
    ['-1e-3', undefined],
    ['0.2,0.3,0.5\n', [0.2, 0.3, 0.5]],
    ['0.2,0.3,0.5\n', undefined],
  ])('takes %j where the evaluation had %p', (body, expected) => {
    expect(judgeAnswer(body, expected)).toBeUndefined();
  });

  test.each([
    ['', "should be one number, but is ''"],
    ['nan', "should be one number, but is 'nan'"],
    ['0.1\n0.2', 'should be one number'],
    ['0.1,0.2', 'should be one number'],
    ['"0.1', 'should be one number'],
    ['<html>', "but is '<html>'"],
  ])('refuses %j', (body, problem) => {
    expect(judgeAnswer(body, undefined)).toContain(problem);
  });

  test('refuses other classes, or others of their probabilities, than the evaluation had', () => {
    const expected = [0.2, 0.3, 0.5];
    expect(judgeAnswer('2', expected)).toBe("the answer should be 3 numbers, but is '2'");
    expect(judgeAnswer('0.2,0.5,0.3', expected)).toBe(
      'the answer is 0.2, 0.5, 0.3, but the evaluation of this version had 0.2, 0.3, 0.5 for the same row',
    );
    expect(judgeAnswer('0.2,0.3,0.5', [Number.NaN, 0.3, 0.5])).toContain('had NaN');
  });

  test('refuses a number that is not what the evaluation had', () => {
    expect(judgeAnswer('0.25', [0.250002])).toBe(
      'the answer is 0.25, but the evaluation of this version had 0.250002 for the same row',
    );
  });
});
