import type { RehearsedPipeline } from './rehearsed-pipeline';
import { PIPELINE } from './rehearsed-stack';

/** An endpoint of somebody else's, whose name begins like the pipeline's, and what it is made of. */
export const NEIGHBOUR = `${PIPELINE}-eu`;

const VARIANT = {
  VariantName: 'blue',
  ModelName: NEIGHBOUR,
  InstanceType: 'ml.m5.large',
  InitialInstanceCount: 1,
};

/** Makes the neighbour's model, endpoint config and endpoint. */
export async function makeNeighbour(pipeline: RehearsedPipeline, role: string): Promise<void> {
  const Tags = [{ Key: 'model-pipeline', Value: NEIGHBOUR }];
  await pipeline.call('sagemaker', 'CreateModel', {
    ModelName: NEIGHBOUR,
    ExecutionRoleArn: role,
    PrimaryContainer: {
      Image: '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3',
      ModelDataUrl: `s3://${pipeline.resources.bucket}/models/1.0.0/model.tar.gz`,
      Environment: { SAGEMAKER_PROGRAM: 'inference.py' },
    },
    Tags,
  });
  const config = { EndpointConfigName: NEIGHBOUR };
  await pipeline.call('sagemaker', 'CreateEndpointConfig', {
    ...config,
    ProductionVariants: [VARIANT],
    Tags,
  });
  await pipeline.call('sagemaker', 'CreateEndpoint', { EndpointName: NEIGHBOUR, ...config, Tags });
  await pipeline.cloud.clock.settle();
}

/** What the neighbour's endpoint is now: as long as nobody touches it, always the same. */
export async function stateOfNeighbour(pipeline: RehearsedPipeline): Promise<string> {
  const config = await pipeline
    .call('sagemaker', 'DescribeEndpointConfig', { EndpointConfigName: NEIGHBOUR })
    .catch(deleted);
  const model = await pipeline.call('sagemaker', 'DescribeModel', { ModelName: NEIGHBOUR }).catch(deleted);
  return `${await endpointState(pipeline, NEIGHBOUR)} ${JSON.stringify([config, model])}`;
}

/** What an endpoint is, with the times of its updates. */
export async function endpointState(pipeline: RehearsedPipeline, EndpointName: string): Promise<string> {
  return JSON.stringify(
    await pipeline.call('sagemaker', 'DescribeEndpoint', { EndpointName }).catch(deleted),
  );
}

const deleted = () => 'deleted';
