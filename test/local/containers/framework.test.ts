import { frameworkOf } from '../../../local/containers/framework';

test.each([
  '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3',
  '450853457545.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-scikit-learn:1.2-1',
])('%s is a scikit-learn image', (uri) => {
  expect(frameworkOf(uri)).toBe('scikit-learn');
});

test.each([
  '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1',
  '683313688378.dkr.ecr.us-east-1.amazonaws.com/my-sagemaker-scikit-learn:1',
  'sagemaker-scikit-learn:1.2-1',
  '',
])("'%s' has no local counterpart", (uri) => {
  expect(frameworkOf(uri)).toBeUndefined();
});
