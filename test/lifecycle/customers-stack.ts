import { join } from 'node:path';
import { type App, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { DriftComparison, type ModelPipelineProps, ModelPipelineStack, ReleaseStrategy } from '../../lib';
import { LocalCloud } from '../../local/local-cloud';
import { CdkCli } from './cdk-cli';

/** As long as a pipeline's name may be. */
export const PIPELINE = 'customers-who-leave-the-company-too-soon';
const ACCOUNT = '000000000000';
const REGION = 'us-east-1';
/** What the names of its resources are made of. */
export const CUSTOMERS = {
  stack: 'Customers',
  pipeline: PIPELINE,
  assets: `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`,
};
/** The hyperparameters of a model that is better than the default one, and of one that is worse. */
export const BETTER = { 'learn-from': 'complaints,price' };
export const WORSE = { 'learn-from': 'shoe_size' };
/** A model that answers batches, so that it can be evaluated, and fails single requests. */
export const BATCHES_ONLY = { answers: 'batches' };
/** A model that can be evaluated and smoke-tested, and fails soon after. */
export const FEW_ANSWERS = { answers: 'few' };
/**
 * A model that endpoints can serve and the function cannot load, for its ONNX has an operator that nothing
 * knows.
 */
export const ENDPOINT_ONLY = { answers: 'endpoint' };
/** A model that cannot even be evaluated. */
export const NO_ANSWERS = { answers: 'nothing' };

/** The usual pipeline of stories, and what is to be otherwise. */
export function customersStack(props: Partial<ModelPipelineProps>) {
  return (app: App) => {
    new ModelPipelineStack(app, CUSTOMERS.stack, {
      env: { account: ACCOUNT, region: REGION },
      pipeline: {
        pipelineName: PIPELINE,
        training: { source: join(__dirname, 'source') },
        data: { label: 'left', minimumRows: 500 },
        releaseStrategy: ReleaseStrategy.blueGreen({
          canary: [0.5],
          stepDuration: Duration.minutes(5),
          bakeTime: Duration.minutes(3),
        }),
        serverlessInference: {},
        monitoring: { driftComparisons: [DriftComparison.withTrainingData({ window: Duration.hours(1) })] },
        removalPolicy: RemovalPolicy.DESTROY,
        ...props,
      },
    });
  };
}

/** Deploys the usual pipeline to a local cloud with the given data folder, and ends that. */
export async function deployCustomers(dataFolder: string): Promise<void> {
  const cloud = new LocalCloud({ dataFolder });
  await cloud.start();
  const cdk = new CdkCli(cloud);
  try {
    expect((await cdk.bootstrap()).output).toContain('bootstrapped');
    expect(await cdk.deploy(customersStack({}))).toMatchObject({ code: 0 });
  } finally {
    cdk.remove();
    await cloud.stop();
  }
}
