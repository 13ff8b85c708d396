import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { AdoptableEndpoint } from '../../../lambda/adopt-endpoint/adoptable-endpoint';
import { OWNER } from '../pipeline-fixture';

const ARN = 'arn:aws:sagemaker:us-east-1:000000000000:endpoint/Churn-Prod';
const ENDPOINT = {
  EndpointName: 'Churn-Prod',
  EndpointArn: ARN,
  EndpointConfigName: 'theirs',
  EndpointStatus: 'InService',
  ProductionVariants: [{ VariantName: 'AllTraffic', DesiredInstanceCount: 2 }],
};
const VARIANT = { VariantName: 'AllTraffic', ModelName: 'their-model', InstanceType: 'ml.m5.large' };
const CONTAINER = { Image: 'image', ModelDataUrl: 's3://theirs/model.tar.gz' };

/** What SageMaker and Application Auto Scaling answer, as it differs from an endpoint that can be adopted. */
interface Answers {
  readonly endpoint?: object | Error;
  readonly variant?: object;
  readonly model?: object;
  readonly tags?: object[];
  readonly targets?: object[];
}

function endpointWith(answers: Answers, scales = false): AdoptableEndpoint {
  const {
    endpoint = {},
    variant = {},
    model = { PrimaryContainer: CONTAINER },
    tags = [],
    targets = [],
  } = answers;
  const byCall: Readonly<Record<string, unknown>> = {
    DescribeEndpointCommand: endpoint instanceof Error ? endpoint : { ...ENDPOINT, ...endpoint },
    DescribeEndpointConfigCommand: { ProductionVariants: [{ ...VARIANT, ...variant }] },
    DescribeModelCommand: model,
    ListTagsCommand: { Tags: tags },
    DescribeScalableTargetsCommand: { ScalableTargets: targets },
  };
  const send = async (command: object) => {
    const found = byCall[command.constructor.name];
    if (found instanceof Error) throw found;
    return found;
  };
  const sageMaker = Object.assign(new SageMakerClient({ region: 'us-east-1' }), { send });
  const autoScaling = Object.assign(new ApplicationAutoScalingClient({ region: 'us-east-1' }), { send });
  return new AdoptableEndpoint({
    ...OWNER,
    endpointName: 'Churn-Prod',
    settings: {
      variantName: 'AllTraffic',
      hosting: { instanceType: 'ml.m5.large', initialInstanceCount: 2 },
      contentTypes: ['text/csv'],
      scales,
    },
    sageMaker,
    autoScaling,
  });
}

test('an endpoint with one variant on instances that serves one model.tar.gz can be adopted', async () => {
  expect(await endpointWith({}).describeModel()).toMatchObject({
    endpoint: ENDPOINT,
    variant: VARIANT,
    container: CONTAINER,
  });
});

const MISSING = Object.assign(new Error('Could not find endpoint "Churn-Prod".'), {
  name: 'ValidationException',
});
const FOREIGN_TAG = { Key: 'model-pipeline', Value: 'fraud' };

test.each<[string, Answers, string]>([
  ['that does not exist', { endpoint: MISSING }, 'correct adopt.endpointName'],
  [
    'of another pipeline',
    { tags: [FOREIGN_TAG] },
    'it belongs to another pipeline (its tags say model-pipeline=fraud, model-pipeline-id=(none))',
  ],
  [
    'that is being updated',
    { endpoint: { EndpointStatus: 'Updating' } },
    'its status is Updating: deploy again',
  ],
  ['that answers asynchronously', { endpoint: { AsyncInferenceConfig: {} } }, 'it answers asynchronously'],
  [
    'with several variants',
    { endpoint: { ProductionVariants: [{ VariantName: 'a' }, { VariantName: 'b' }] } },
    'it has 2 production variants (a, b)',
  ],
  [
    'with a shadow',
    { endpoint: { ShadowProductionVariants: [{ VariantName: 'next' }] } },
    'it has the shadow variant next',
  ],
  [
    'with a variant of another name',
    { endpoint: { ProductionVariants: [{ VariantName: 'main' }] } },
    "set adopt.variantName to 'main'",
  ],
  [
    'that is serverless',
    { endpoint: { ProductionVariants: [{ VariantName: 'AllTraffic', CurrentServerlessConfig: {} }] } },
    'it is serverless',
  ],
  ['of inference components', { variant: { ModelName: undefined } }, 'names no model'],
  [
    'with other instances than those of hosting',
    { variant: { InstanceType: 'ml.c5.xlarge' } },
    "it runs 2 x ml.c5.xlarge, but the pipeline's hosting says 2 x ml.m5.large: set hosting: { instanceType: 'ml.c5.xlarge', instanceCount: 2 }",
  ],
  [
    'with more instances than those of hosting',
    { endpoint: { ProductionVariants: [{ VariantName: 'AllTraffic', DesiredInstanceCount: 3 }] } },
    'it runs 3 x ml.m5.large',
  ],
  [
    'whose variant scales, without hosting.scaling',
    { targets: [{ MinCapacity: 1, MaxCapacity: 8 }] },
    "its variant 'AllTraffic' scales from 1 to 8 instances",
  ],
  [
    'of an inference pipeline',
    { model: { Containers: [CONTAINER, CONTAINER] } },
    'is an inference pipeline of 2 containers',
  ],
  [
    'of a multi-model container',
    { model: { PrimaryContainer: { ...CONTAINER, Mode: 'MultiModel' } } },
    'is a multi-model container',
  ],
  [
    'of a model package',
    { model: { PrimaryContainer: { ModelPackageName: 'fraud/3' } } },
    'is the model package fraud/3',
  ],
  [
    'of a model without an artifact',
    { model: { PrimaryContainer: { Image: 'image' } } },
    'has no ModelDataUrl',
  ],
  [
    'of a model that is not packed',
    { model: { PrimaryContainer: { ...CONTAINER, ModelDataUrl: 's3://theirs/model/' } } },
    'which is not a .tar.gz',
  ],
])('an endpoint %s is refused by name, with the way out', async (_, answers, reason) => {
  const refused = endpointWith(answers).describeModel();
  await expect(refused).rejects.toMatchObject({
    name: 'NotAdoptable',
    message: expect.stringMatching(/^the endpoint 'Churn-Prod' cannot be adopted, and was not changed: /),
  });
  await expect(endpointWith(answers).describeModel()).rejects.toThrow(reason);
});

test('an endpoint whose variant scales can be adopted by a pipeline with hosting.scaling, however many instances it has now', async () => {
  const answers = {
    endpoint: { ProductionVariants: [{ VariantName: 'AllTraffic', DesiredInstanceCount: 5 }] },
    targets: [{ MinCapacity: 1, MaxCapacity: 8 }],
  };
  expect(await endpointWith(answers, true).describeModel()).toMatchObject({ container: CONTAINER });
});
