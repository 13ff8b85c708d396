import { App, Stack } from 'aws-cdk-lib';
import { ModelImage } from '../../lib';

function imageIn(region: string, version?: string): string {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region } });
  return ModelImage.scikitLearn(version).bind(stack);
}

describe("AWS's scikit-learn image", () => {
  // image_uri_config/sklearn.json of sagemaker-core 2.27.0, October 2026.
  test.each([
    ['us-east-1', '683313688378'],
    ['il-central-1', '898809789911'],
    ['ca-west-1', '190319476487'],
  ])('is the newest by default, in %s from the account %s', (region, account) => {
    expect(imageIn(region)).toMatch(
      new RegExp(`^${account}\\.dkr\\.ecr\\.${region}\\..*/sagemaker-scikit-learn:1\\.9-0-cpu-py3$`),
    );
  });

  test('can be an earlier one', () => {
    expect(imageIn('eu-central-1', '1.2-1')).toContain('/sagemaker-scikit-learn:1.2-1-cpu-py3');
  });

  test('of a version that AWS does not publish fails at synth, with those that it does', () => {
    expect(() => imageIn('eu-central-1', '1.7-2')).toThrow(
      /^Test: the version of the scikit-learn image must be .* \(0.20.0, .*, 1.9-0\); .*fromUri, got "1.7-2"$/,
    );
  });
});
