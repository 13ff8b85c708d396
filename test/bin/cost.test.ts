import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EndedJob, liveCost } from '../../bin/cost/live-cost';
import { PriceTable } from '../../lib/cost/price-table';
import { runCli } from './cli';

const PRICES = {
  region: 'eu-west-1',
  date: '2026-11-30',
  source: 'a test',
  instanceHours: { 'ml.m5.large': 0.12, 'ml.m5.xlarge': 0.24 },
};

function job(kind: EndedJob['kind'], day: number, seconds: number, instanceType = 'ml.m5.xlarge'): EndedJob {
  return {
    kind,
    name: `${kind}-${day}`,
    time: new Date(Date.UTC(2026, 10, day)),
    instanceType,
    count: 2,
    seconds,
  };
}

describe('the cost of a pipeline that runs', () => {
  test('is that of all instances, by hour and month, and by the requests of the last hours', () => {
    const cost = liveCost({
      prices: PRICES,
      instances: [
        { variant: 'blue', instanceType: 'ml.m5.large', count: 2 },
        { variant: 'green', instanceType: 'ml.m5.xlarge', count: 1 },
      ],
      jobs: [],
      requests: { count: 48_000, hours: 24 },
    });
    expect(cost.endpointPerHour).toBeCloseTo(0.48);
    expect(cost.endpointPerMonth).toBeCloseTo(350.4);
    // 24 hours at 0.48 are 11.52, for 48 times 1,000 requests.
    expect(cost.perThousandPredictions).toBeCloseTo(0.24);
  });

  test('of a retraining is the mean of trainings with their scoring, by the seconds that are billed', () => {
    const cost = liveCost({
      prices: PRICES,
      instances: [],
      jobs: [
        job('training', 3, 1800),
        job('scoring', 3, 900),
        job('training', 5, 3600),
        job('scoring', 5, 900),
      ],
      requests: { count: 0, hours: 24 },
    });
    expect(cost.jobs.map(({ name }) => name)).toEqual(['training-5', 'scoring-5', 'training-3', 'scoring-3']);
    // 2 x 0.24 an hour, for 0.5 + 0.25 + 1 + 0.25 hours, of two retrainings.
    expect(cost.perRetraining).toBeCloseTo(0.48);
    expect(cost.endpointPerHour).toBeUndefined();
    expect(cost.perThousandPredictions).toBeUndefined();
  });

  test('is unknown where a price is, and names the type', () => {
    const cost = liveCost({
      prices: PRICES,
      instances: [{ variant: 'blue', instanceType: 'ml.c5.large', count: 1 }],
      jobs: [job('training', 3, 60, 'ml.g5.xlarge')],
      requests: { count: 10, hours: 24 },
    });
    expect(cost).toMatchObject({ unknown: ['ml.c5.large', 'ml.g5.xlarge'] });
    expect(cost.endpointPerHour).toBeUndefined();
    expect(cost.perThousandPredictions).toBeUndefined();
    expect(cost.perRetraining).toBeUndefined();
  });
});

describe('model-pipeline prices', () => {
  const folder = mkdtempSync(join(tmpdir(), 'price-list-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const product = (instanceName: string, component = 'Hosting', regionCode = 'eu-central-1') => ({
    productFamily: 'ML Instance',
    attributes: { instanceName, component, regionCode, instanceType: `${instanceName}-${component}` },
  });
  const onDemand = (USD: string, unit = 'Hrs') => ({
    term: { priceDimensions: { dimension: { unit, pricePerUnit: { USD } } }, termAttributes: {} },
  });
  const list = (products: Record<string, object>, prices: Record<string, object>) => {
    const path = join(folder, 'index.json');
    const content = { offerCode: 'AmazonSageMaker', publicationDate: '2026-11-20T10:00:00Z', products };
    writeFileSync(path, JSON.stringify({ ...content, terms: { OnDemand: prices } }));
    return path;
  };

  test('writes what instances of endpoints cost, which constructs and estimates read', async () => {
    const path = list(
      { a: product('ml.m5.large'), b: product('ml.m5.large', 'Training'), c: { attributes: {} } },
      { a: onDemand('0.1380000000'), b: onDemand('0.1390000000'), c: onDemand('1', 'GB') },
    );
    const file = join(folder, 'prices.json');
    const { code, stdout } = await runCli(['prices', path, '--output', file], {});
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `wrote the prices of 1 instance types in eu-central-1 to ${file}\n`,
    });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ date: '2026-11-20' });
    expect(PriceTable.fromFile(file)._of('eu-central-1')?.instanceHours).toEqual({ 'ml.m5.large': 0.138 });
  });

  test.each([
    ['without hosting', { a: product('ml.m5.large', 'Training') }, 'has no prices of instances'],
    [
      'of several regions',
      { a: product('ml.m5.large'), b: product('ml.m5.large', 'Hosting', 'eu-west-1') },
      'has prices of eu-central-1, eu-west-1: take the list of one region',
    ],
  ])('refuses a list %s', async (_title, products, problem) => {
    const path = list(products, { a: onDemand('0.1'), b: onDemand('0.1') });
    const { code, stderr } = await runCli(['prices', path, '--output', join(folder, 'none.json')], {});
    expect(code).toBe(1);
    expect(stderr).toContain(problem);
  });
});
