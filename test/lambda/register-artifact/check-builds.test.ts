import { checkBuilds } from '../../../lambda/register-artifact/check-builds';

const PY310 =
  '763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.2.0-cpu-py310-ubuntu20.04-sagemaker';
const UNKNOWN = '123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1';
const check =
  (path: string, image = PY310, others: string[] = []) =>
  () =>
    checkBuilds(['code/inference.py', path, ...others], 's3://b/model.tar.gz', image);

describe('an archive for a container with Python 3.10', () => {
  test.each([
    ['code/fast.cpython-39-x86_64-linux-gnu.so', 'Python 3.9'],
    ['code/fast.cp310-win_amd64.pyd', 'Python 3.10 on Windows'],
    ['code/wheels/numpy-1.26.4-cp311-cp311-manylinux_2_17_x86_64.whl', 'Python 3.11'],
    ['code/wheels/numpy-1.26.4-cp310-cp310-macosx_11_0_arm64.whl', 'Python 3.10 on macOS'],
    ['code/__pycache__/secret.cpython-312.pyc', 'Python 3.12'],
  ])('is refused with %s', (path, builtFor) => {
    expect(check(path)).toThrow(
      `s3://b/model.tar.gz has ${path}, which is built for ${builtFor}, and the container has Python 3.10 on Linux: vendor packages`,
    );
  });

  test.each([
    'code/fast.cpython-310-x86_64-linux-gnu.so',
    'code/wheels/numpy-1.26.4-cp310-cp310-manylinux_2_17_x86_64.whl',
    'code/wheels/cryptography-42.0.0-cp39-abi3-manylinux_2_28_x86_64.whl',
    'code/wheels/six-1.16.0-py2.py3-none-any.whl',
    'code/__pycache__/secret.cpython-310.pyc',
  ])('is accepted with %s', (path) => {
    expect(check(path)).not.toThrow();
  });

  test('is accepted with the cache of another Python if the source is beside it', () => {
    expect(check('code/__pycache__/secret.cpython-312.pyc', PY310, ['code/secret.py'])).not.toThrow();
  });
});

test('the Python of an image that does not tell it is not compared', () => {
  expect(check('code/fast.cpython-39-x86_64-linux-gnu.so', UNKNOWN)).not.toThrow();
  expect(check('code/fast.cpython-39-darwin.so', UNKNOWN)).toThrow(/built for Python 3.9 on macOS/);
});
