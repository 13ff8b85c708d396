import { customers, customersCsv } from './customers';
import { BETTER, DeployedPipeline, PIPELINE } from './deployed-pipeline';

jest.setTimeout(120_000);

describe('versions of a deployed pipeline', () => {
  const pipeline = new DeployedPipeline({
    log: (l) => {
      if (process.env.VERBOSE) process.stderr.write(l + '\n');
    },
  });

  beforeAll(async () => {
    await pipeline.start();
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
  });

  afterAll(() => pipeline.stop());

  test('the first one goes from the data to an endpoint that answers', async () => {
    const t = Date.now();
    const e = await pipeline.retrain();
    process.stderr.write(`retrain ${Date.now() - t} ms ${JSON.stringify(e)}\n`);
    await pipeline.expectServing('1.0.0');
  });
  test('second', async () => {
    const t = Date.now();
    const e = await pipeline.retrain(BETTER);
    process.stderr.write(
      `retrain ${Date.now() - t} ms ${JSON.stringify(e)} ${JSON.stringify(pipeline.traffic.byVariant)}\n`,
    );
    process.stderr.write(JSON.stringify(await pipeline.ledger(), null, 1));
    process.stderr.write(JSON.stringify(await pipeline.newAlerts(), null, 1));
    await pipeline.expectServing('2.0.0');
  });
});
