import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { type DeploymentConfig, UpdateEndpointCommand } from '@aws-sdk/client-sagemaker';
import { SageMakerFixture, variant } from './sagemaker-fixture';
import { MINUTE, SECOND } from './service-fixture';

const CANARY: DeploymentConfig = {
  BlueGreenUpdatePolicy: {
    TrafficRoutingConfiguration: {
      Type: 'CANARY',
      CanarySize: { Type: 'CAPACITY_PERCENT', Value: 25 },
      WaitIntervalInSeconds: 600,
    },
    TerminationWaitInSeconds: 300,
    MaximumExecutionTimeoutInSeconds: 1800,
  },
  AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'failures' }] },
};

describe('SageMaker deployment guardrails', () => {
  const fixture = new SageMakerFixture();
  let cloudwatch: CloudWatchClient;

  beforeAll(async () => {
    await fixture.start();
    cloudwatch = new CloudWatchClient(fixture.config());
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'failures',
        Namespace: 'Shop',
        MetricName: 'Failures',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'ignore',
      }),
    );
    const watches = { Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource: '*' };
    const serves = { Effect: 'Allow', Action: ['s3:*', 'logs:*'], Resource: '*' };
    await fixture.executionRole('watching', [serves, watches]);
    const role = 'arn:aws:iam::000000000000:role/watching';
    await fixture.model('one', 100, { role });
    await fixture.model('two', 200, { role });
    await fixture.model('blind', 300);
    await fixture.endpointConfig('second', [variant('blue', 'two')]);
    await fixture.endpointConfig('blind', [variant('blue', 'blind')]);
    await fixture.endpointConfig('renamed', [variant('green', 'two')]);
  }, 300_000);
  afterAll(() => fixture.cloud.stop());

  /** A new endpoint with the model `one` in the variant `blue`. */
  const endpoint = async (name: string) => {
    await fixture.endpoint(name, [variant('blue', 'one')]);
    return {
      describe: () => fixture.describe(name),
      update: async (config: string, DeploymentConfig?: DeploymentConfig, more = {}) => {
        await fixture.sagemaker.send(
          new UpdateEndpointCommand({
            EndpointName: name,
            EndpointConfigName: config,
            DeploymentConfig,
            ...more,
          }),
        );
        await fixture.settle();
      },
      /** How many of these requests the second model answers. */
      answersOfSecond: async (count: number) => {
        const answers = await Promise.all(Array.from({ length: count }, () => fixture.invoke(name, '1')));
        return answers.filter(({ text }) => text === '201\n').length;
      },
    };
  };

  const alarm = (StateValue: 'ALARM' | 'OK') =>
    cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'failures', StateValue, StateReason: 'a test' }));

  test('a canary gets its share, then everything, and the old fleet goes after the bake', async () => {
    const { update, describe, answersOfSecond } = await endpoint('canary');
    await update('second', CANARY);
    expect(await describe()).toMatchObject({
      EndpointStatus: 'Updating',
      EndpointConfigName: 'canary-config',
      LastDeploymentConfig: CANARY,
      PendingDeploymentSummary: {
        EndpointConfigName: 'second',
        ProductionVariants: [{ VariantName: 'blue', VariantStatus: [{ Status: 'Baking' }] }],
      },
    });
    // A quarter of 400; five standard deviations are 43.
    expect(Math.abs((await answersOfSecond(400)) - 100)).toBeLessThan(43);
    await fixture.advance(10 * MINUTE - SECOND);
    expect(await answersOfSecond(40)).toBeLessThan(40);
    await fixture.advance(SECOND);
    expect(await answersOfSecond(40)).toBe(40);
    expect((await describe()).EndpointStatus).toBe('Updating');
    await fixture.advance(5 * MINUTE);
    const after = await describe();
    expect(after).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'second' });
    expect([after.PendingDeploymentSummary, after.FailureReason]).toEqual([undefined, undefined]);
    expect(await answersOfSecond(10)).toBe(10);
  });

  test.each([
    ['while the canary has its share', 2 * MINUTE],
    ['while it bakes', 12 * MINUTE],
  ])('an alarm %s puts the old fleet back', async (_title, time) => {
    await alarm('OK');
    const { update, describe, answersOfSecond } = await endpoint(`alarm-${time}`);
    await update('second', CANARY);
    await fixture.advance(time);
    await alarm('ALARM');
    await fixture.advance(MINUTE);
    expect(await describe()).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: `alarm-${time}-config`,
      FailureReason: expect.stringContaining('failures'),
      LastDeploymentConfig: CANARY,
    });
    expect(await answersOfSecond(20)).toBe(0);
    await alarm('OK');
    await update('second');
    expect((await describe()).EndpointConfigName).toBe('second');
  });

  test('the last deployment configuration can be used again', async () => {
    const { update, describe } = await endpoint('again');
    await update('second', CANARY);
    await fixture.advance(16 * MINUTE);
    await update('again-config', undefined, { RetainDeploymentConfig: true });
    expect((await describe()).EndpointStatus).toBe('Updating');
    await fixture.advance(16 * MINUTE);
    expect(await describe()).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'again-config',
    });
  });

  test('a role that may not see the alarms cannot be watched, so that the old fleet stays', async () => {
    const { update, describe } = await endpoint('blind');
    await update('blind', CANARY);
    expect(await describe()).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'blind-config',
      FailureReason: expect.stringContaining('cloudwatch:DescribeAlarms'),
    });
  });

  test('another variant name, an unknown alarm and a second update are refused', async () => {
    const { update, describe } = await endpoint('refused');
    await expect(update('renamed', CANARY)).rejects.toThrow(
      /needs the variant names of the endpoint, "blue"/,
    );
    const unknown = { AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'nobody' }] } };
    await expect(update('second', { ...CANARY, ...unknown })).rejects.toThrow(
      /Could not find alarms: nobody/,
    );
    expect((await describe()).EndpointStatus).toBe('InService');
    await update('second', CANARY);
    await expect(update('second')).rejects.toThrow(/Cannot update in-progress endpoint/);
  });
});
