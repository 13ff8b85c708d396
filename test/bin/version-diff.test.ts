import { diffVersions } from '../../bin/cli/version-diff';
import type { VersionFacts } from '../../bin/cli/version-facts';
import type { Lineage } from '../../contracts/lineage';
import type { ModelSignature } from '../../contracts/model-signature';

const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sklearn:1.2-1';

function facts(lineage: Pick<Lineage, 'image' | 'imageDigest' | 'trainingImage'>): VersionFacts {
  return {
    modelVersion: '1.0.0',
    plan: {
      version: 1,
      modelVersion: '1.0.0',
      parentVersion: null,
      label: 'late',
      columns: ['age'],
      hyperparameters: {},
      lineage: { dataVersion: 'd1', codeVersion: 'c0de', configHash: 'a', schemaHash: 'b', ...lineage },
    },
    hyperparameters: {},
    data: [],
    code: new Map(),
    metrics: [],
    bytes: 1,
  };
}

test.each<[string, VersionFacts, VersionFacts, string[]]>([
  [
    'stands for the same',
    facts({ image: IMAGE, imageDigest: 'sha256:aa' }),
    facts({ image: IMAGE, imageDigest: 'sha256:aa' }),
    [],
  ],
  [
    'stands for something else',
    facts({ image: IMAGE, imageDigest: 'sha256:aa' }),
    facts({ image: IMAGE, imageDigest: 'sha256:bb' }),
    [`~ ${IMAGE}@sha256:aa -> ${IMAGE}@sha256:bb`],
  ],
  [
    'stands for what is not known',
    facts({ image: IMAGE, imageDigest: 'sha256:aa' }),
    facts({ image: IMAGE }),
    [`~ ${IMAGE}@sha256:aa -> ${IMAGE}`],
  ],
  [
    'is of a version that another image trained',
    facts({ image: IMAGE }),
    facts({ image: IMAGE, trainingImage: 'training:1' }),
    [`~ ${IMAGE} -> ${IMAGE}, trained in training:1`],
  ],
])("an image's name that %s", (_what, before, after, changes) => {
  expect(diffVersions(before, after).find(({ part }) => part === 'image')).toEqual({
    part: 'image',
    changes,
  });
});

test('a schema is compared by signatures, if both versions have one', () => {
  const signature = (maximum: number, ...names: string[]): ModelSignature => ({
    version: 1,
    inputs: names.map((name) => ({ name, type: 'number', optional: false, range: { minimum: 0, maximum } })),
    outputs: [{ name: 'late', type: 'probability' }],
  });
  const version = { ...facts({ image: IMAGE }), signature: signature(1, 'age') };
  const schema = (after: VersionFacts) =>
    diffVersions(version, after).find(({ part }) => part === 'schema')?.changes;
  expect(schema({ ...version, signature: signature(2, 'age', 'income') })).toEqual([
    '~ number income added (callers have to change)',
    '~ range of age 0 to 1 -> 0 to 2',
  ]);
  expect(schema({ ...facts({ image: IMAGE }) })).toEqual([]);
});

describe('metrics of two versions', () => {
  const version = (
    modelVersion: string,
    dataVersion: string,
    auc: number,
    more: Partial<VersionFacts> = {},
  ) => {
    const { plan, ...others } = facts({ image: IMAGE });
    const lineage = { ...plan.lineage, dataVersion };
    return {
      ...others,
      modelVersion,
      plan: { ...plan, lineage },
      metrics: [{ title: 'AUC', value: auc }],
      ...more,
    };
  };
  const metricsOf = (from: VersionFacts, to: VersionFacts) =>
    diffVersions(from, to).find(({ part }) => part === 'metrics')?.changes;

  test('are those of the holdout on which they were compared', () => {
    const champion = { modelVersion: '1.0.0', metrics: [{ title: 'AUC', value: 0.7 }] };
    const [old, next] = [version('1.0.0', 'd1', 0.8), version('1.1.0', 'd2', 0.75, { champion })];
    expect(metricsOf(old, next)).toEqual(['~ AUC: 0.7 -> 0.75']);
    expect(metricsOf(next, old)).toEqual(['~ AUC: 0.75 -> 0.7']);
  });

  test('are compared if both have the same data', () => {
    expect(metricsOf(version('1.0.0', 'd1', 0.8), version('2.0.0', 'd1', 0.7))).toEqual([
      '~ AUC: 0.8 -> 0.7',
    ]);
  });

  test('of different data are said not to be comparable', () => {
    expect(metricsOf(version('1.0.0', 'd1', 0.8), version('3.0.0', 'd3', 0.7))).toEqual([
      '! measured on different holdouts (of the data d1 and d3), so they cannot be compared',
      '~ AUC: 0.8 -> 0.7',
    ]);
  });
});
