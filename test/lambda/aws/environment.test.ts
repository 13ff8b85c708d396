import * as z from 'zod/mini';
import { readEnvironment } from '../../../lambda/aws/environment';

const VARIABLES = {
  PIPELINE_NAME: 'churn',
  OWNER_ID: 'stack/1',
  BUCKET_NAME: 'artifacts',
  ROUTING_PARAMETER: '/model-pipeline/churn/routing',
  MODEL_PACKAGE_GROUP: 'churn',
  ENDPOINT_NAME: 'churn',
  TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:alerts',
  SETTINGS: '{"label":"late"}',
};
const SETTINGS = z.object({ label: z.string() });

describe('readEnvironment', () => {
  test('gives the names and the settings', () => {
    expect(readEnvironment(SETTINGS, VARIABLES)).toEqual({
      pipelineName: 'churn',
      ownerId: 'stack/1',
      bucketName: 'artifacts',
      routingParameter: '/model-pipeline/churn/routing',
      modelPackageGroup: 'churn',
      endpointName: 'churn',
      topicArn: 'arn:aws:sns:us-east-1:000000000000:alerts',
      settings: { label: 'late' },
    });
  });

  test('names each variable that is missing', () => {
    const { BUCKET_NAME: _, ...others } = VARIABLES;
    expect(() => readEnvironment(SETTINGS, { ...others, TOPIC_ARN: '' })).toThrow(
      "the function's environment is not valid: BUCKET_NAME: expected string, got nothing; TOPIC_ARN: expected string of at least 1",
    );
  });

  test('names the setting that is wrong', () => {
    expect(() => readEnvironment(SETTINGS, { ...VARIABLES, SETTINGS: '{"label":7}' })).toThrow(
      'the environment variable SETTINGS is not valid: label: expected string, got 7',
    );
    expect(() => readEnvironment(SETTINGS, { ...VARIABLES, SETTINGS: 'late' })).toThrow(
      "the environment variable SETTINGS is not JSON: it begins with 'late'",
    );
  });
});
