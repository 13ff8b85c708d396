import { diffVersions } from '../../bin/cli/version-diff';
import type { VersionFacts } from '../../bin/cli/version-facts';

const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sklearn:1.2-1';

function facts(lineage: { image: string; imageDigest?: string }): VersionFacts {
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
])("an image's name that %s", (_what, before, after, changes) => {
  expect(diffVersions(before, after).find(({ part }) => part === 'image')).toEqual({
    part: 'image',
    changes,
  });
});
