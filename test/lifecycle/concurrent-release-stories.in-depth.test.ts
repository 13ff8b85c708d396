import { DescribeEndpointConfigCommand } from '@aws-sdk/client-sagemaker';
import { parseEvaluation } from '../../lambda/domain/gate/evaluation';
import { modelKey } from '../../lambda/domain/records/bucket-layout';
import { BETTER, PIPELINE } from './customers-stack';
import { DeployedPipeline, REQUESTS_A_MINUTE } from './deployed-pipeline';
import { EventQueue } from './event-queue';

jest.setTimeout(600_000);

const SECOND = 1_000;

describe('while a release is under way', () => {
  const pipeline = new DeployedPipeline();

  beforeAll(async () => {
    await pipeline.startWithVersion();
    await pipeline.retrain(BETTER);
    await pipeline.expectServing('2.0.0');
  });

  afterAll(() => pipeline.stop());

  test('another one is refused, and the first goes on; other systems are told of both', async () => {
    const told = await EventQueue.subscribe(pipeline.config(), PIPELINE);
    const executions = await Promise.all([pipeline.startRelease('1.0.0'), pipeline.startRelease('1.0.0')]);
    const endings = await Promise.all(executions.map((execution) => pipeline.follow(execution)));
    const refused = endings.find(({ status }) => status === 'FAILED');
    expect(refused).toMatchObject({
      error: 'ReleaseInProgress',
      cause: expect.stringContaining('is in progress'),
    });
    expect(endings.find((ending) => ending !== refused)).toMatchObject({ output: { outcome: 'released' } });
    await pipeline.pass(120 * SECOND);
    await pipeline.expectServing('1.0.0');

    const events = await told.receive();
    const ofRelease = (executionArn: string | undefined) =>
      events
        .filter(({ detail }) => detail.releaseId === executionArn?.split(':').at(-1))
        .map((event) => event['detail-type']);
    const [first, second] = endings[0] === refused ? executions.toReversed() : executions;
    expect(ofRelease(second)).toEqual(['Refused']);
    expect(ofRelease(first)).toEqual(['ReleaseStarted', 'StepAnalysed', 'StepAnalysed', 'Promoted']);
    expect(new Set(events.map(({ detail }) => detail.id)).size).toBe(events.length);
  });

  test('a challenger that trains meanwhile is compared with the version that was released', async () => {
    const retraining = await pipeline.startRetraining(BETTER);
    expect(await pipeline.release('2.0.0')).toMatchObject({ output: { outcome: 'released' } });
    const { output } = await pipeline.follow(retraining);
    // It has learnt the same as 2.0.0; against 1.0.0 it would be promoted.
    expect(output).toMatchObject({ outcome: 'refused', modelVersion: '2.1.0' });
    const evaluation = parseEvaluation(await pipeline.read(modelKey('2.1.0', 'evaluation.json')));
    expect(evaluation).toMatchObject({ verdict: 'keep', champion: '2.0.0' });
    expect((await pipeline.ledger()).at(-1)).toMatchObject({ kind: 'rejection', champion: '2.0.0' });
    await pipeline.expectServing('2.0.0');
  });

  test('a deployment with other hosting settings waits, and takes what is in production then', async () => {
    const release = await pipeline.startRelease('1.0.0');
    await pipeline.pass(60 * SECOND, REQUESTS_A_MINUTE);
    const hosting = { instanceType: 'ml.m5.xlarge' };
    expect(await pipeline.deploy({ hosting })).toMatchObject({ code: 0 });
    expect(await pipeline.follow(release)).toMatchObject({ output: { outcome: 'released' } });
    const [rerelease] = await pipeline.executions(pipeline.resources.releaseStateMachine);
    expect(rerelease?.status).toBe('RUNNING');
    expect(await pipeline.follow(rerelease?.executionArn as string)).toMatchObject({
      output: { outcome: 'released', modelVersion: '1.0.0' },
    });
    await pipeline.expectServing('1.0.0');
    const { EndpointConfigName } = await pipeline.endpoint();
    const config = await pipeline.sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
    expect(config.ProductionVariants?.map(({ InstanceType }) => InstanceType)).toEqual(['ml.m5.xlarge']);
  });
});
