import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import {
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  ListTagsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { type App, Duration, Stack } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { InconclusiveAction, ModelPipeline, type ModelPipelineProps, ReleaseStrategy } from '../../lib';
import { type CliRun, runCli } from '../bin/cli';
import { recordGrants } from '../grants/grant-records';
import { ADDER, archive, IMAGE } from '../local/services/sagemaker-fixture';
import { CdkCli } from './cdk-cli';
import { CloudProcess } from './cloud-process';
import { createForeignEndpoint } from './foreign-endpoint';

jest.setTimeout(900_000);

const PIPELINE = 'churn';
/** As nobody could call a pipeline. */
const ENDPOINT = 'Churn-Production-2024-11-30-06-50-49-123';
const THEIRS = 'churn-2024-11-30';
const BUCKET = 'models-of-the-team';
const MINUTES_A_SECOND = 60;

describe('an endpoint that exists already', () => {
  const cloud = new CloudProcess({ clockRate: MINUTES_A_SECOND });
  const folder = mkdtempSync(join(tmpdir(), 'adoptions-'));
  let cdk: CdkCli;
  let sageMaker: SageMakerClient;
  let runtime: SageMakerRuntimeClient;
  /** Requests that clients send all the time. */
  const traffic = {
    isOn: true,
    answers: new Set<string>(),
    failures: [] as string[],
    ended: Promise.resolve(),
  };

  const cli = (...args: string[]): Promise<CliRun> => runCli(args, cloud.environment());
  const stack =
    (props: Partial<ModelPipelineProps> = {}) =>
    (app: App) => {
      new ModelPipeline(
        new Stack(app, 'Churn', { env: { account: cloud.account, region: cloud.region } }),
        // As in other stories, so that its grants are theirs.
        'Pipeline',
        {
          pipelineName: PIPELINE,
          adopt: { endpointName: ENDPOINT },
          hosting: { instanceType: 'ml.c5.large', instanceCount: 2 },
          smokeTest: { requests: [{ body: '1,2' }] },
          releaseStrategy: ReleaseStrategy.canary({
            share: 0.5,
            stepDuration: Duration.minutes(3),
            bakeTime: Duration.minutes(2),
            maximumStepDuration: Duration.minutes(5),
            onInconclusive: InconclusiveAction.PROMOTE,
          }),
          ...props,
        },
      );
    };

  const endpoint = () => sageMaker.send(new DescribeEndpointCommand({ EndpointName: ENDPOINT }));

  /** The answer to `1,2`: their sum, and what the model adds. */
  async function answer(): Promise<string> {
    const { Body } = await runtime.send(
      new InvokeEndpointCommand({
        EndpointName: ENDPOINT,
        ContentType: 'text/csv',
        Accept: 'text/csv',
        Body: '1,2',
      }),
    );
    return Buffer.from(Body ?? [])
      .toString()
      .trim();
  }

  async function sendTraffic(): Promise<void> {
    while (traffic.isOn) {
      await answer().then(
        (text) => traffic.answers.add(text),
        (error: Error) => traffic.failures.push(error.message),
      );
    }
  }

  beforeAll(async () => {
    await cloud.start();
    const { url, region, credentials } = cloud;
    sageMaker = new SageMakerClient({ endpoint: url, region, credentials });
    runtime = new SageMakerRuntimeClient({ endpoint: url, region, credentials, maxAttempts: 1 });
    cdk = new CdkCli(cloud);
    await cdk.bootstrap();
    await createForeignEndpoint(cloud, {
      endpointName: ENDPOINT,
      name: THEIRS,
      bucket: BUCKET,
      archive: archive({ value: '10', 'code/inference.py': ADDER }),
      environment: { SAGEMAKER_PROGRAM: 'inference.py', TEAM: 'churn' },
    });
    traffic.ended = sendTraffic();
  });
  afterAll(async () => {
    traffic.isOn = false;
    await traffic.ended;
    const ofAdoption = (await cloud.grants()).filter(({ role }) => role.includes('-PipelineAdoption'));
    const assets = `cdk-hnb659fds-assets-${cloud.account}-${cloud.region}`;
    recordGrants(ofAdoption, { stack: 'Churn', pipeline: PIPELINE, assets });
    cdk.remove();
    await cloud.stop();
    cloud.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is refused with other instances than the pipeline has, and not changed', async () => {
    const { code, output } = await cdk.deploy(stack({ hosting: {} }));
    expect(code).not.toBe(0);
    expect(output).toContain("set hosting: { instanceType: 'ml.c5.large', instanceCount: 2 }");
    expect(await cdk.destroy(stack({ hosting: {} }))).toMatchObject({ code: 0 });
    expect(await answer()).toBe('13');
  });

  test('is adopted as it serves, by the first deploy, as version 1.0.0', async () => {
    const { $metadata: _, ...before } = await endpoint();
    const deployed = await cdk.deploy(stack());
    expect(deployed).toMatchObject({ code: 0 });
    expect(deployed.output).toContain(`version 1.0.0 is in production: adopted the endpoint ${ENDPOINT}`);
    expect(deployed.output).toContain('its requests are not recorded');
    expect(await endpoint()).toMatchObject(before);
    expect((await cli('status')).stdout).toContain('1.0.0');
    expect((await cli('history')).stdout).toMatch(/adoption +1\.0\.0/);
    expect(await cdk.deploy(stack({ topic: undefined }))).toMatchObject({ code: 0 });
    expect(await endpoint()).toMatchObject(before);
    expect([...traffic.answers]).toEqual(['13']);
  });

  test('is what another stack finds by the name of its pipeline, which has no retrainings', async () => {
    const shop = (app: App) => {
      const other = new Stack(app, 'Shop', { env: { account: cloud.account, region: cloud.region } });
      const pipeline = ModelPipeline.fromPipelineName(other, 'Model', PIPELINE);
      const role = new Role(other, 'Checkout', {
        assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
        roleName: 'checkout',
      });
      pipeline.grants.invoke(role);
      pipeline.grants.read(role);
      new Alarm(other, 'Requests', {
        alarmName: 'requests',
        metric: pipeline.metricInvocations(),
        threshold: 1,
        evaluationPeriods: 1,
      });
    };
    expect(await cdk.deploy(shop)).toMatchObject({ code: 0 });
    const { url: endpointUrl, region, credentials } = cloud;
    const config = { endpoint: endpointUrl, region, credentials };
    const { MetricAlarms } = await new CloudWatchClient(config).send(
      new DescribeAlarmsCommand({ AlarmNames: ['requests'] }),
    );
    const dimensions = MetricAlarms?.[0]?.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
    expect(dimensions).toMatchObject(
      ['blue', 'green', 'AllTraffic'].map((variant) => ({
        Dimensions: [
          { Name: 'EndpointName', Value: ENDPOINT },
          { Name: 'VariantName', Value: variant },
        ],
      })),
    );
    const iam = new IAMClient(config);
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: 'checkout' }));
    const { PolicyDocument = '' } = await iam.send(
      new GetRolePolicyCommand({ RoleName: 'checkout', PolicyName: PolicyNames[0] }),
    );
    const policy = decodeURIComponent(PolicyDocument);
    expect(policy).toContain(`:endpoint/${ENDPOINT.toLowerCase()}"`);
    expect(policy).toMatch(/:stateMachine:Churn-PipelineRelease/);
    expect(await cdk.destroy(shop)).toMatchObject({ code: 0 });
  });

  test('stays the endpoint of its pipeline: adopt may not be left out later', async () => {
    const { code, output } = await cdk.deploy(stack({ adopt: undefined }));
    expect(code).not.toBe(0);
    expect(output).toContain(`has adopted the endpoint '${ENDPOINT}'`);
    expect(await cdk.deploy(stack())).toMatchObject({ code: 0 });
  });

  test('serves what it had again when a release is rolled back', async () => {
    const rows = join(folder, 'rows.csv');
    writeFileSync(rows, 'a,b\n1,2\n3,4\n');
    const broken = join(folder, 'broken.tar.gz');
    writeFileSync(broken, archive({ value: '20', 'code/inference.py': ADDER.replace('sum(map', 'sun(map') }));
    const run = await cli('register', '--artifact', broken, '--sample', rows, '--release', '--wait');
    expect(run).toEqual(expect.objectContaining({ code: 3 }));
    expect(await endpoint()).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: THEIRS });
    expect(await answer()).toBe('13');
  });

  test('is released to by a canary beside the variant that it had', async () => {
    const rows = join(folder, 'rows.csv');
    const next = join(folder, 'next.tar.gz');
    writeFileSync(next, archive({ value: '20', 'code/inference.py': ADDER }));
    const run = await cli(
      'register',
      '--artifact',
      next,
      '--sample',
      rows,
      '--as',
      '3.0.0',
      '--release',
      '--wait',
    );
    expect(run).toMatchObject({ code: 0, stdout: 'version 3.0.0 is in production\n' });
    expect(await answer()).toBe('23');
    const { DataCaptureConfig, ProductionVariants } = await endpoint();
    expect(DataCaptureConfig).toMatchObject({ EnableCapture: true });
    expect(ProductionVariants).toMatchObject([{ VariantName: 'blue', CurrentInstanceCount: 2 }]);
    for (const theirs of [
      new DescribeModelCommand({ ModelName: THEIRS }),
      new DescribeEndpointConfigCommand({ EndpointConfigName: THEIRS }),
    ])
      await sageMaker.send(theirs as DescribeModelCommand);
  });

  test('has the version that it had released again by a rollback, with its own environment', async () => {
    expect(await cli('rollback', '--wait')).toMatchObject({ code: 0 });
    expect(await answer()).toBe('13');
    const { EndpointConfigName } = await endpoint();
    expect(EndpointConfigName).not.toBe(THEIRS);
    const { ProductionVariants = [] } = await sageMaker.send(
      new DescribeEndpointConfigCommand({ EndpointConfigName }),
    );
    const { PrimaryContainer } = await sageMaker.send(
      new DescribeModelCommand({ ModelName: ProductionVariants[0]?.ModelName }),
    );
    expect(PrimaryContainer).toMatchObject({ Image: IMAGE, Environment: { TEAM: 'churn' } });
    expect((await cli('history')).stdout).toMatch(/release +1\.0\.0 +3\.0\.0/);
  });

  test('stays as it serves, as nobody’s, when its pipeline is destroyed', async () => {
    const { $metadata: _, ...before } = await endpoint();
    expect(await cdk.destroy(stack())).toMatchObject({ code: 0 });
    expect(await endpoint()).toMatchObject(before);
    const { EndpointArn, EndpointConfigName } = before;
    expect(await sageMaker.send(new ListTagsCommand({ ResourceArn: EndpointArn }))).toMatchObject({
      Tags: [],
    });
    await sageMaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
    await sageMaker.send(new DescribeModelCommand({ ModelName: THEIRS }));
    expect(await answer()).toBe('13');
  });

  test('has answered every request all the time', () => {
    expect(traffic.failures).toEqual([]);
    expect([...traffic.answers].sort()).toEqual(['13', '23']);
  });
});
