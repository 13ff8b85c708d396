import { join } from 'node:path';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  DescribeModelCommand,
} from '@aws-sdk/client-sagemaker';
import { DeleteParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { type App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ModelPipeline, type ModelPipelineProps } from '../../lib';
import { customersStack, PIPELINE } from './customers-stack';
import { DeployedPipeline } from './deployed-pipeline';

jest.setTimeout(900_000);

const MINUTE = 60_000;
const FOREIGN = 'somebody-else';
const ENV = { account: '000000000000', region: 'us-east-1' };

/** A pipeline like the usual one, wherever it stands. */
const PROPS: ModelPipelineProps = {
  pipelineName: PIPELINE,
  training: { source: join(__dirname, 'source') },
  data: { label: 'left' },
  removalPolicy: RemovalPolicy.DESTROY,
};

const inStack =
  (stackName: string, id: string, props: Partial<ModelPipelineProps> = {}) =>
  (app: App) => {
    new ModelPipeline(new Stack(app, stackName, { env: ENV }), id, { ...PROPS, ...props });
  };

describe('a pipeline changes and deletes only what it made', () => {
  const pipeline = new DeployedPipeline();

  beforeAll(() => pipeline.startWithVersion());
  afterAll(() => pipeline.stop());

  const endpoint = () => pipeline.sagemaker.send(new DescribeEndpointCommand({ EndpointName: PIPELINE }));

  /** Deploys other hosting settings, and waits for the end of the release that takes them over. */
  async function deployWithRelease(props: Partial<ModelPipelineProps>): Promise<void> {
    expect(await pipeline.deploy(props)).toMatchObject({ code: 0 });
    const [release] = await pipeline.executions(pipeline.resources.releaseStateMachine);
    expect(release?.name).toMatch(/^deploy-/);
    expect(await pipeline.follow(release?.executionArn as string)).toMatchObject({
      output: { outcome: 'released' },
    });
  }

  /** An endpoint of the pipeline's name, by somebody who knows nothing of it. */
  async function makeForeignEndpoint(): Promise<void> {
    const { production } = await pipeline.routing();
    const { PrimaryContainer, ExecutionRoleArn } = await pipeline.sagemaker.send(
      new DescribeModelCommand({ ModelName: production?.modelName }),
    );
    await pipeline.sagemaker.send(
      new CreateModelCommand({ ModelName: FOREIGN, PrimaryContainer, ExecutionRoleArn }),
    );
    await pipeline.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: FOREIGN,
        ProductionVariants: [
          { VariantName: 'blue', ModelName: FOREIGN, InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
        ],
      }),
    );
    await pipeline.sagemaker.send(new DeleteEndpointCommand({ EndpointName: PIPELINE }));
    await pipeline.cloud.clock.advance(5 * MINUTE);
    await pipeline.sagemaker.send(
      new CreateEndpointCommand({ EndpointName: PIPELINE, EndpointConfigName: FOREIGN }),
    );
    await pipeline.cloud.clock.advance(5 * MINUTE);
    expect(await endpoint()).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: FOREIGN });
  }

  test('rebuilds an emptied, a deleted and a broken routing document with the next release, deploy or repair', async () => {
    const { production } = await pipeline.routing();
    const Name = `/model-pipeline/${PIPELINE}/routing`;
    const put = (Value: string) =>
      pipeline.ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));
    await put(JSON.stringify({ version: 1, endpointName: PIPELINE }));
    expect(await pipeline.release('1.0.0')).toMatchObject({ status: 'FAILED', error: 'AlreadyInProduction' });
    expect(await pipeline.routing()).toEqual({ version: 1, endpointName: PIPELINE, production });
    await pipeline.expectServing('1.0.0');

    await pipeline.ssm.send(new DeleteParameterCommand({ Name }));
    await deployWithRelease({ hosting: { environment: { LEVEL: 'info' } } });
    await pipeline.expectServing('1.0.0');
    const released = (await pipeline.routing()).production;
    expect(released?.variant).not.toBe(production?.variant);

    await put('{');
    const { repairFunction } = pipeline.resources;
    expect(await pipeline.invoke(repairFunction, {})).toMatchObject({
      isUp: true,
      production: '1.0.0',
      done: [
        expect.stringMatching(/^kept the routing document that could not be read as s3:\/\/.*\/routing\//),
        expect.stringMatching(/^rebuilt the routing document/),
      ],
    });
    expect((await pipeline.routing()).production).toEqual(released);
    await deployWithRelease({});
    await pipeline.expectServing('1.0.0');
  });

  test('refuses another name, serves on, and can be deployed by its own name', async () => {
    const renamed = await pipeline.deploy({ pipelineName: 'customers' });
    expect(renamed.code).not.toBe(0);
    expect(renamed.output).toContain(`the pipeline '${PIPELINE}' cannot become 'customers'`);
    await pipeline.expectServing('1.0.0');
    expect(await pipeline.deploy()).toMatchObject({ code: 0 });
    await pipeline.expectServing('1.0.0');
  });

  test('refuses to be moved in its stack, and to be deployed by two stacks, and serves on', async () => {
    for (const place of [inStack('Customers', 'Moved'), inStack('Again', 'Pipeline')]) {
      const { code, output } = await pipeline.cdk.deploy(place);
      expect(code).not.toBe(0);
      expect(output).toContain(`the name '${PIPELINE}' is taken`);
      await pipeline.expectServing('1.0.0');
    }
    expect(await pipeline.cdk.destroy(inStack('Again', 'Pipeline'))).toMatchObject({ code: 0 });
    await pipeline.expectServing('1.0.0');
    expect(await pipeline.deploy()).toMatchObject({ code: 0 });
  });

  test('refuses to be replaced by a pipeline of a generated name, as a moved construct has it, and serves on', async () => {
    const moved = await pipeline.cdk.deploy(inStack('Customers', 'Moved', { pipelineName: undefined }));
    expect(moved.code).not.toBe(0);
    expect(moved.output).toContain('removes another from the stack');
    await pipeline.expectServing('1.0.0');
    expect(await pipeline.deploy()).toMatchObject({ code: 0 });
    await pipeline.expectServing('1.0.0');
  });

  test('leaves a pipeline whose name begins alike when it is destroyed', async () => {
    const neighbour = inStack('Neighbour', 'Pipeline', { pipelineName: PIPELINE.slice(0, 33) });
    expect(await pipeline.cdk.deploy(neighbour)).toMatchObject({ code: 0 });
    expect(await pipeline.cdk.destroy(neighbour)).toMatchObject({ code: 0 });
    await pipeline.expectServing('1.0.0');
    expect(await pipeline.release('production')).toMatchObject({ output: { outcome: 'released' } });
    await pipeline.expectServing('1.0.0');
  });

  test('refuses to release beside an endpoint that somebody else made in the place of its own', async () => {
    await makeForeignEndpoint();
    await pipeline.newAlerts();
    const before = await endpoint();
    expect(await pipeline.release('production')).toMatchObject({
      status: 'FAILED',
      error: 'EndpointNotOurs',
      cause: expect.stringContaining(`the endpoint '${PIPELINE}' was not created by this pipeline`),
    });
    expect((await pipeline.newAlerts()).map(({ subject }) => subject)).toEqual([
      `${PIPELINE}: the release of production was refused`,
    ]);
    expect((await endpoint()).LastModifiedTime).toEqual(before.LastModifiedTime);
  });

  test("is destroyed with all that it made, and leaves the other's endpoint, at whose name it can't be deployed", async () => {
    expect(await pipeline.destroy()).toMatchObject({ code: 0 });
    const left = { endpoints: [PIPELINE], configs: [FOREIGN], models: [FOREIGN] };
    expect(await pipeline.sageMakerResources()).toEqual({ ...left, modelPackages: [] });
    const again = await pipeline.cdk.deploy(customersStack({}));
    expect(again.code).not.toBe(0);
    expect(again.output).toContain(`the name '${PIPELINE}' is taken: there is an endpoint of that name`);
    expect(await pipeline.sageMakerResources()).toEqual({ ...left, modelPackages: [] });
    expect((await endpoint()).EndpointStatus).toBe('InService');
    // The stack whose creation failed is destroyed, too, before the name is free.
    expect(await pipeline.destroy()).toMatchObject({ code: 0 });
    expect(await pipeline.sageMakerResources()).toEqual({ ...left, modelPackages: [] });
  });
});
