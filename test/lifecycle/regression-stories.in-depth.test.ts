import { parseEvaluation } from '../../lambda/domain/gate/evaluation';
import { ProblemType, PromotionMetric } from '../../lib';
import { customersCsv } from './customers';
import { BETTER, WORSE } from './customers-stack';
import { DeployedPipeline } from './deployed-pipeline';
import { sendLabels, wouldLeave } from './ground-truth';

jest.setTimeout(600_000);

const HOUR = 3_600_000;

/** Labels that happen to be 0 and 1 are numbers all the same, and are nowhere taken for classes. */
describe('a pipeline of numbers', () => {
  const pipeline = new DeployedPipeline();
  beforeAll(() =>
    pipeline.start({
      problem: ProblemType.regression(),
      promotion: { metric: PromotionMetric.rmse() },
      monitoring: { quality: { toleratedDrop: 0.1 } },
    }),
  );
  afterAll(() => pipeline.stop());

  test('releases a first model that beats the mean, then a better one, and refuses a worse one', async () => {
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
    expect(await pipeline.retrain()).toMatchObject({
      output: { outcome: 'promoted', modelVersion: '1.0.0' },
    });
    const [first] = await pipeline.ledger();
    expect(first?.reasons.join()).toMatch(
      /root mean squared error 0\.\d+ is significantly better than 0\.\d+, that of the best answer that is the same for all rows/,
    );
    expect(await pipeline.retrain(BETTER)).toMatchObject({ output: { outcome: 'promoted' } });
    expect(await pipeline.retrain(WORSE)).toMatchObject({ output: { outcome: 'refused' } });
    await pipeline.expectServing('2.0.0');
    const { metrics } = parseEvaluation(await pipeline.read('models/2.0.0/evaluation.json'));
    expect(Object.keys(metrics?.challenger ?? {})).toEqual(['rmse', 'mae']);
  });

  test('measures how far off the answers are, as labels come', async () => {
    await sendLabels(pipeline, wouldLeave);
    // The hour of these requests ends, and the monitor measures it a quarter of an hour later.
    await pipeline.cloud.clock.advance(2 * HOUR);
    const reports = (await pipeline.keys('profiles/')).filter((key) => key.endsWith('quality.json'));
    const report = JSON.parse(await pipeline.read(reports.at(-1) as string));
    expect(Object.keys(report.metrics)).toEqual(['mae', 'rmse']);
    expect(report.unusable).toBe(0);
    expect(await pipeline.alarmState('qualityAlarm')).toBe('OK');
  });
});
