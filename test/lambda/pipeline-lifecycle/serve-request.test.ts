import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  LambdaClient,
  ListProvisionedConcurrencyConfigsCommand,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListModelPackagesCommand,
  ListModelsCommand,
  ListTagsCommand,
} from '@aws-sdk/client-sagemaker';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { LedgerStore } from '../../../lambda/aws/ledger-store';
import { logger } from '../../../lambda/aws/logger';
import { scalableVersion } from '../../../lambda/aws/provisioned-versions';
import { tagsOf } from '../../../lambda/domain/release/ownership';
import { emptyRouting, parseRouting } from '../../../lambda/domain/release/routing';
import { type LifecycleRequest, serveRequest } from '../../../lambda/pipeline-lifecycle/serve-request';
import { ADDER, archive, BUCKET, IMAGE, ROLE, variant } from '../../local/services/sagemaker-fixture';
import { collect } from '../collect';
import { OWNER, PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';
import { ServedFunction } from '../served-function';
import { waitingStateMachine } from '../waiting-state-machine';

const SMALL = JSON.stringify({ instanceType: 'ml.m5.large', instanceCount: 1 });
const LARGE = JSON.stringify({ instanceType: 'ml.m5.xlarge', instanceCount: 1 });

const WAKING_ALARM = 'churn-requests-without-instances';

describe('the lifecycle of a pipeline', () => {
  let fixture: PipelineFixture;
  let stepFunctions: SFNClient;
  let release: string;
  let restore: string;
  let retraining: string;
  let served: ServedFunction | undefined;
  let autoScaling: ApplicationAutoScalingClient;

  beforeEach(async () => {
    served = undefined;
    fixture = new PipelineFixture();
    await fixture.start();
    stepFunctions = new SFNClient(fixture.config());
    autoScaling = new ApplicationAutoScalingClient(fixture.config());
    release = await waitingStateMachine(fixture, 'release');
    restore = await waitingStateMachine(fixture, 'restore');
    retraining = await waitingStateMachine(fixture, 'retraining');
  }, 300_000);
  afterEach(() => fixture.cloud.stop());

  const serve = (
    RequestType: LifecycleRequest['RequestType'],
    {
      hosting = SMALL,
      before,
      requestId = 'request-1',
      functions = [],
      runbook,
    }: {
      hosting?: string;
      before?: string;
      requestId?: string;
      /** The property of the runbook. */
      runbook?: string;
      /** The function's versions of the deploy before and of this one. */
      functions?: [former?: string, deployed?: string];
    } = {},
  ) =>
    serveRequest(
      {
        RequestType,
        ResponseURL: 'http://127.0.0.1/answer',
        StackId: 'stack',
        RequestId: requestId,
        LogicalResourceId: 'Lifecycle',
        ResourceProperties: { Hosting: hosting, FunctionVersion: functions[1], Runbook: runbook },
        ...(before && { OldResourceProperties: { Hosting: before, FunctionVersion: functions[0] } }),
      },
      {
        environment: {
          ...OWNER,
          bucketName: BUCKET,
          routingParameter: `/model-pipeline/${PIPELINE}/routing`,
          modelPackageGroup: PIPELINE,
          endpointName: PIPELINE,
          topicArn: 'topic',
          settings: {
            releaseStateMachineArn: release,
            restoreStateMachineArn: restore,
            challengerStateMachineArns: [retraining],
            hasEndpoint: true,
            wakingAlarm: WAKING_ALARM,
            provisionedFunction: served && ServedFunction.NAME,
          },
        },
        store: fixture.store,
        routing: fixture.routing,
        recovery: fixture.recovery(),
        alias: served?.alias,
        sageMaker: fixture.sagemaker,
        cloudWatch: new CloudWatchClient(fixture.config()),
        lambda: new LambdaClient(fixture.config()),
        autoScaling,
        stepFunctions,
        patience: {
          now: () => fixture.cloud.clock.date(),
          sleep: (milliseconds) => fixture.advance(milliseconds),
          deadline: new Date(fixture.cloud.clock.now() + 10 * 60_000),
        },
      },
    );

  async function executions(stateMachineArn: string) {
    const page = await stepFunctions.send(new ListExecutionsCommand({ stateMachineArn }));
    return page.executions ?? [];
  }

  test('writes the runbook of the alarms that a deployment creates or changes', async () => {
    const runbook = (name: string) => JSON.stringify({ revision: '1', alarms: [{ section: 'drift', name }] });
    await serve('Create', { runbook: runbook('drift-alarm-1') });
    const read = async (format: string) => fixture.store.readText(`runbook/runbook.${format}`);
    expect(await read('md')).toContain('`drift-alarm-1`');
    expect(await read('md')).toContain(`npx model-pipeline retrain --pipeline ${PIPELINE}`);
    await serve('Update', { before: SMALL, runbook: runbook('drift-alarm-2') });
    expect(await read('html')).toContain('<code>drift-alarm-2</code>');
    expect(await executions(release)).toEqual([]);
  });

  test('begins with an empty routing document', async () => {
    await serve('Create');
    expect(await fixture.routing.read()).toEqual(emptyRouting(PIPELINE));
  });

  test('leaves a routing document that is there, but for one that an earlier pipeline of its name left', async () => {
    const routing = { ...emptyRouting(PIPELINE), production: productionRoute() };
    await fixture.routing.create(routing);
    await serve('Update', { before: SMALL });
    expect(await fixture.routing.read()).toEqual(routing);
    await serve('Create');
    expect(await fixture.routing.read()).toEqual(emptyRouting(PIPELINE));
    const [kept] = await collect(fixture.store.list('routing/'));
    expect(parseRouting(await fixture.store.readText(kept?.key as string))).toEqual(routing);
  });

  test('rebuilds a lost routing document; if nothing tells what serves, the release that follows says so', async () => {
    const ledger = new LedgerStore(fixture.store);
    const { modelVersion, since, ledgerSequence: _, modelPackageArn, ...route } = productionRoute();
    await ledger.append({
      time: since,
      kind: 'release',
      pipeline: PIPELINE,
      modelVersion,
      reasons: [],
      modelPackageArn,
      route,
    });
    await serve('Update', { before: SMALL });
    expect(await fixture.routing.read()).toMatchObject({ production: { ...route, modelVersion } });
    expect(await executions(release)).toEqual([]);

    const log = jest.spyOn(logger, 'error').mockImplementation();
    await fixture.store.write('ledger/00000001.json', 'broken');
    await fixture.routing.remove();
    await serve('Update', { before: SMALL });
    expect(await executions(release)).toMatchObject([{ name: 'deploy-request-1' }]);
    expect(log).toHaveBeenCalledTimes(1);
    log.mockRestore();
  });

  test('releases the version in production again when a hosting setting changes, once', async () => {
    await fixture.routing.create({ ...emptyRouting(PIPELINE), production: productionRoute() });
    await serve('Update', { before: SMALL, hosting: LARGE });
    await serve('Update', { before: SMALL, hosting: LARGE });
    const [execution, ...others] = await executions(release);
    expect(others).toEqual([]);
    expect(execution?.name).toBe('deploy-request-1');
    const { input } = await stepFunctions.send(
      new DescribeExecutionCommand({ executionArn: execution?.executionArn }),
    );
    expect(JSON.parse(input as string)).toEqual({
      modelVersion: 'production',
      reason: 'hosting settings changed',
      waitForOthers: true,
    });
  });

  test('releases nothing when no hosting setting changes, or nothing is in production', async () => {
    await serve('Create');
    await serve('Update', { before: SMALL, hosting: LARGE });
    await fixture.routing.write({ ...emptyRouting(PIPELINE), production: productionRoute() });
    await serve('Update', { before: SMALL, hosting: SMALL });
    expect(await executions(release)).toEqual([]);
  });

  describe('when the function changes', () => {
    const version = (number: number, name = ServedFunction.NAME) =>
      `arn:aws:lambda:us-east-1:000000000000:function:${name}:${number}`;
    const inProduction = async (functionVersion?: string) =>
      fixture.routing.create({
        ...emptyRouting(PIPELINE),
        production: productionRoute({ functionVersion }),
      });

    test('releases the version in production again, and says of all that has changed', async () => {
      served = await ServedFunction.create(fixture, 2);
      await inProduction('1');
      const functions: [string, string] = [version(1), version(2)];
      await serve('Update', { before: SMALL, functions });
      expect(await served.live()).toEqual(['1']);
      await serve('Update', { before: SMALL, hosting: LARGE, functions, requestId: 'request-2' });
      const reasons = await Promise.all(
        (await executions(release)).map(async ({ executionArn }) => {
          const { input } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
          return (JSON.parse(input as string) as { reason: string }).reason;
        }),
      );
      expect(reasons.sort()).toEqual([
        'hosting settings changed, the function changed',
        'the function changed',
      ]);
    });

    test('gives it all requests at once where nothing is in production', async () => {
      served = await ServedFunction.create(fixture, 2);
      await serve('Create');
      await serve('Update', { before: SMALL, functions: [version(1), version(2)] });
      expect(await served.live()).toEqual(['2']);
      expect(await executions(release)).toEqual([]);
    });

    test.each([
      ['one that is new', undefined],
      ['another one', version(7, 'former-function')],
    ])('takes %s as what serves the version in production', async (_, former) => {
      served = await ServedFunction.create(fixture, 2);
      await inProduction(former && '7');
      await serve('Update', { before: SMALL, functions: [former, version(2)] });
      expect((await fixture.routing.read()).production?.functionVersion).toBe('2');
      expect(await served.live()).toEqual(['2']);
      expect(await executions(release)).toEqual([]);
    });

    test('has nothing to do if none serves any more', async () => {
      await inProduction('1');
      await serve('Update', { before: SMALL, functions: [version(1), undefined] });
      expect(await executions(release)).toEqual([]);
    });
  });

  describe('at its end', () => {
    const Tags = tagsOf(OWNER);

    /** Creates a model and a config for it. */
    async function createModel(name: string, tags: typeof Tags): Promise<void> {
      await fixture.put(`models/${name}/model.tar.gz`, archive({ value: '1', 'code/inference.py': ADDER }));
      await fixture.sagemaker.send(
        new CreateModelCommand({
          ModelName: name,
          ExecutionRoleArn: ROLE,
          PrimaryContainer: {
            Image: IMAGE,
            ModelDataUrl: `s3://${BUCKET}/models/${name}/model.tar.gz`,
            Environment: { SAGEMAKER_PROGRAM: 'inference.py' },
          },
          Tags: tags,
        }),
      );
      await fixture.sagemaker.send(
        new CreateEndpointConfigCommand({
          EndpointConfigName: name,
          ProductionVariants: [variant('blue', name)],
          Tags: tags,
        }),
      );
    }

    async function createEndpoint(EndpointName: string, EndpointConfigName: string, tags: typeof Tags) {
      await fixture.sagemaker.send(
        new CreateEndpointCommand({ EndpointName, EndpointConfigName, Tags: tags }),
      );
    }

    async function left(): Promise<(string | undefined)[]> {
      const { Endpoints = [] } = await fixture.sagemaker.send(new ListEndpointsCommand({}));
      const { EndpointConfigs = [] } = await fixture.sagemaker.send(new ListEndpointConfigsCommand({}));
      const { Models = [] } = await fixture.sagemaker.send(new ListModelsCommand({}));
      const { ModelPackageSummaryList = [] } = await fixture.sagemaker.send(
        new ListModelPackagesCommand({ ModelPackageGroupName: PIPELINE }),
      );
      return [
        ...Endpoints.map(({ EndpointName }) => EndpointName),
        ...EndpointConfigs.map(({ EndpointConfigName }) => EndpointConfigName),
        ...Models.map(({ ModelName }) => ModelName),
        ...ModelPackageSummaryList.map(({ ModelPackageArn }) => ModelPackageArn),
      ];
    }

    test('stops its workflows and removes what they made, also an endpoint that is just coming up', async () => {
      await serve('Create');
      await createModel('churn-1-0-0', Tags);
      await createModel('churn-1-1-0', Tags);
      await createEndpoint(PIPELINE, 'churn-1-0-0', Tags);
      await fixture.register('1.0.0');
      await fixture.register('1.1.0');
      for (const stateMachineArn of [release, restore, retraining]) {
        await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name: 'running' }));
      }

      await serve('Delete');

      expect(await left()).toEqual([]);
      for (const machine of [release, restore, retraining]) {
        expect(await executions(machine)).toMatchObject([{ status: 'ABORTED' }]);
      }
      await expect(fixture.routing.read()).rejects.toThrow('there is no routing document');
    }, 300_000);

    test("leaves other pipelines' models and endpoints, whatever their names", async () => {
      const others = tagsOf({ ...OWNER, pipelineName: 'churn-eu' });
      await createModel('churn-eu-1-0-0', others);
      await createEndpoint('churn-eu', 'churn-eu-1-0-0', others);
      await createEndpoint(PIPELINE, 'churn-eu-1-0-0', []);
      await fixture.settle();
      await serve('Delete');
      expect((await left()).sort()).toEqual([PIPELINE, 'churn-eu', 'churn-eu-1-0-0', 'churn-eu-1-0-0']);
    }, 300_000);

    test('leaves an adopted endpoint, and what it runs on, as they are and without its tags', async () => {
      await createModel('churn-1-0-0', Tags);
      await createModel('churn-1-1-0', Tags);
      const adopted = [...Tags, { Key: 'model-pipeline-adopted', Value: 'true' }];
      await createEndpoint(PIPELINE, 'churn-1-1-0', adopted);
      const { EndpointArn } = await fixture.describe(PIPELINE);
      await serve('Delete');
      expect(await fixture.describe(PIPELINE)).toMatchObject({
        EndpointStatus: 'InService',
        EndpointConfigName: 'churn-1-1-0',
      });
      expect(await left()).toEqual([PIPELINE, 'churn-1-1-0', 'churn-1-1-0']);
      for (const kind of ['endpoint/churn', 'endpoint-config/churn-1-1-0', 'model/churn-1-1-0']) {
        const ResourceArn = EndpointArn?.replace('endpoint/churn', kind);
        const { Tags: tags } = await fixture.sagemaker.send(new ListTagsCommand({ ResourceArn }));
        expect(tags).toEqual([]);
      }
      await serve('Delete');
      expect(await left()).toEqual([PIPELINE, 'churn-1-1-0', 'churn-1-1-0']);
    }, 300_000);

    test('deletes the alarm that started the first instance of an asynchronous endpoint', async () => {
      const cloudWatch = new CloudWatchClient(fixture.config());
      await cloudWatch.send(
        new PutMetricAlarmCommand({
          AlarmName: WAKING_ALARM,
          Namespace: 'AWS/SageMaker',
          MetricName: 'HasBacklogWithoutCapacity',
          Statistic: 'Average',
          Period: 60,
          EvaluationPeriods: 2,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        }),
      );
      await serve('Create');
      await serve('Delete');
      expect((await cloudWatch.send(new DescribeAlarmsCommand({}))).MetricAlarms).toEqual([]);
    });

    test('ends the instances of the function, and what scales them', async () => {
      served = await ServedFunction.create(fixture, 2);
      for (const version of ['1', '2']) {
        const target = scalableVersion(ServedFunction.NAME, version);
        const capacity = { MinCapacity: 1, MaxCapacity: 2 };
        await served.lambda.send(
          new PutProvisionedConcurrencyConfigCommand({
            FunctionName: ServedFunction.NAME,
            Qualifier: version,
            ProvisionedConcurrentExecutions: 1,
          }),
        );
        await autoScaling.send(new RegisterScalableTargetCommand({ ...target, ...capacity }));
      }
      await serve('Create');
      await serve('Delete');
      const instances = new ListProvisionedConcurrencyConfigsCommand({ FunctionName: ServedFunction.NAME });
      expect((await served.lambda.send(instances)).ProvisionedConcurrencyConfigs).toEqual([]);
      const scaled = new DescribeScalableTargetsCommand({ ServiceNamespace: 'lambda' });
      expect((await autoScaling.send(scaled)).ScalableTargets).toEqual([]);
    });

    test('has nothing to do if all is gone already', async () => {
      await serve('Create');
      await serve('Delete');
      await serve('Delete');
      expect(await left()).toEqual([]);
    });
  });
});
