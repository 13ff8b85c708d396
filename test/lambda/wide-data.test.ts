import { ECRClient } from '@aws-sdk/client-ecr';
import { MAXIMUM_COLUMNS } from '../../lambda/aws/data-files/data-file';
import { ImageDigests } from '../../lambda/aws/image-digests';
import { parseSplit } from '../../lambda/domain/data/split-document';
import { modelKey, splitKey } from '../../lambda/domain/records/bucket-layout';
import { parseModelPlan } from '../../lambda/domain/release/model-plan';
import { emptyRouting } from '../../lambda/domain/release/routing';
import { planVersion } from '../../lambda/plan-version/plan-version';
import { splitData } from '../../lambda/split-data/split-data';
import { validateData } from '../../lambda/validate-data/validate-data';
import { BUCKET, IMAGE } from '../local/services/sagemaker-fixture';
import { START } from '../local/services/service-fixture';
import { DataFixture } from './data-fixture';
import { PIPELINE } from './pipeline-fixture';

/**
 * Bytes that a function may answer, so that all variables of a retraining together stay below the 256 KiB
 * that a state's payload may have (quotas of "Payloads and service integrations" in the guide of Step
 * Functions).
 */
const MOST_BYTES = 16 * 1024;

/** With the label, as many columns as are read of a file. */
const COLUMNS = Array.from(
  { length: MAXIMUM_COLUMNS - 1 },
  (_, i) => `feature_${String(i).padStart(12, '0')}`,
);
const SCHEMA = { columns: Object.fromEntries(COLUMNS.map((name) => [name, { type: 'category' as const }])) };

test('answers for the workflow stay small with 10,000 columns, whose names are read from the bucket', async () => {
  const fixture = new DataFixture();
  await fixture.start();
  const { store, routing, registry } = fixture;
  await routing.create(emptyRouting(PIPELINE));
  const row = (i: number) => `${i % 2},${COLUMNS.map(() => 'ab'[i % 2]).join(',')}\n`;
  const rows = Array.from({ length: 4 }, (_, i) => row(i)).join('');
  const dataVersion = await fixture.snapshot({ '1.csv': `late,${COLUMNS.join(',')}\n${rows}` });
  const data = { store, label: 'late', ignoredColumns: [] };
  const source = { bucket: BUCKET, key: 'assets/c0de.gz' };
  await fixture.put(source.key, 'scripts');

  const answers = [
    await validateData(
      { dataVersion },
      { ...data, routing, problem: { type: 'binary' }, minimumRows: 2, schema: SCHEMA, now: () => START },
    ),
    await splitData({ dataVersion }, { ...data, holdoutFraction: 0.25 }),
    await planVersion(
      { dataVersion, hyperparameters: {} },
      {
        store,
        registry,
        images: new ImageDigests(new ECRClient(fixture.config())),
        settings: { image: IMAGE, codeVersion: 'c0de', source, hyperparameters: {}, label: 'late' },
      },
    ),
  ];
  for (const answer of answers) expect(JSON.stringify(answer).length).toBeLessThan(MOST_BYTES);

  const split = parseSplit(await fixture.get(splitKey(dataVersion)));
  expect(split.columns).toEqual(COLUMNS);
  expect(split.categories).toEqual(COLUMNS);
  expect(parseModelPlan(await fixture.get(modelKey('1.0.0', 'plan.json'))).columns).toEqual(COLUMNS);
  await fixture.cloud.stop();
});
