import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { StatesFixture } from '../local/services/stepfunctions-fixture';
import { runCli } from './cli';
import { publishedResources } from './published-resources';

describe('model-pipeline fleet', () => {
  const fixture = new StatesFixture();
  const put = (name: string, value: object) =>
    new SSMClient(fixture.config()).send(
      new PutParameterCommand({
        Name: `/model-pipeline/${name}`,
        Type: 'String',
        Value: JSON.stringify(value),
      }),
    );
  const fleet = async () => {
    const { code, stdout } = await runCli(['fleet', '--json'], fixture.cloud.environment());
    expect(code).toBe(0);
    return JSON.parse(stdout);
  };

  beforeAll(() => fixture.start());
  afterAll(() => fixture.stop());

  test('has no pipeline at first', async () => {
    expect(await fleet()).toEqual([]);
  });

  test('lists versions, releases in progress and alarms that have gone off, and why one cannot be read', async () => {
    const route = (modelVersion: string, variant: string) => ({
      modelVersion,
      variant,
      modelName: `model-${variant}`,
      modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/1',
      endpointConfigName: 'config',
    });
    await put(
      'churn/resources',
      publishedResources({ bucket: 'b', routingParameter: '/model-pipeline/churn/routing' }),
    );
    await put('churn/routing', {
      version: 1,
      endpointName: 'churn',
      production: { ...route('1.1.0', 'blue'), since: '2026-11-24T08:00:00.000Z', ledgerSequence: 3 },
    });
    await put(
      'prices/resources',
      publishedResources({ bucket: 'b', routingParameter: '/model-pipeline/prices/none' }),
    );
    const cloudWatch = new CloudWatchClient(fixture.config());
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'driftAlarm',
        AlarmDescription: 'inputs have drifted',
        Namespace: 'ModelPipeline',
        MetricName: 'DriftedFeatures',
        Statistic: 'Maximum',
        Period: 3600,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      }),
    );
    const gone = { AlarmName: 'driftAlarm', StateValue: 'ALARM', StateReason: 'a test' } as const;
    await cloudWatch.send(new SetAlarmStateCommand(gone));
    expect(await fleet()).toEqual([
      {
        pipeline: 'churn',
        modelVersion: '1.1.0',
        since: '2026-11-24T08:00:00.000Z',
        alarms: ['inputs have drifted'],
      },
      { pipeline: 'prices', alarms: [], problem: expect.stringMatching(/./) },
    ]);
    const { stdout } = await runCli(['fleet'], fixture.cloud.environment());
    expect(stdout).toMatch(/^churn +1\.1\.0 +2026-11-24 08:00 +– +ALARM inputs have drifted$/m);
  });
});
