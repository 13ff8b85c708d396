import type { Schema } from 'jsii-docgen';
import { type Assembly, apiPages } from '../../scripts/api-pages';

const ID = 'package.Pipeline';
const of = (name: string, docs = {}) => ({ id: name, fqn: name, displayName: name.split('.').at(-1), docs });
const typed = (name: string, types: object[], docs = {}) => ({
  ...of(name, docs),
  optional: true,
  type: { formattingPattern: '%', types },
});
const entity = (fqn: string) => ({ ...of(fqn), packageName: fqn.split('.')[0] });

const SCHEMA = {
  version: '0.1',
  language: 'typescript',
  metadata: { packageName: 'package', packageVersion: '1.0.0' },
  apiReference: {
    constructs: [
      {
        ...of(ID, { summary: 'A pipeline, of {@link Options }.' }),
        interfaces: [],
        initializer: { ...of(`${ID}.Initializer`), parameters: [] },
        instanceMethods: [
          {
            ...of(`${ID}.start`),
            parameters: [typed(`${ID}.start.parameter.options`, [entity('package.Options')])],
          },
          { ...of(`${ID}.toString`), parameters: [] },
        ],
        staticMethods: [],
        properties: [
          typed(`${ID}.property.bucket`, [entity('aws-cdk-lib.aws_s3.IBucket')]),
          typed(`${ID}.property.node`, [entity('constructs.Node')]),
        ],
        constants: [],
      },
    ],
    classes: [],
    structs: [
      {
        ...of('package.Options', { summary: 'How it starts; see {@link Hidden } and {@link Pipeline }.' }),
        initializer: of('package.Options.Initializer'),
        properties: [],
      },
    ],
    interfaces: [],
    enums: [],
  },
} as unknown as Schema;

const ASSEMBLY: Assembly = {
  types: {
    [ID]: {
      base: 'package.Base',
      properties: [{ name: 'bucket' }],
      locationInModule: { filename: 'lib/pipeline.ts' },
    },
    'package.Base': { base: 'constructs.Construct', methods: [{ name: 'start' }] },
    'package.Options': { locationInModule: { filename: 'lib/starting/start-options.ts' } },
  },
};

describe('the pages of the API reference', () => {
  const pages = apiPages(SCHEMA, ASSEMBLY);

  test('are one for each source file, and an index with what each type is', () => {
    expect([...pages.keys()]).toEqual(['pipeline.md', 'starting/start-options.md', 'index.md']);
    expect(pages.get('starting/start-options.md')).toMatch(/^# Start options\n/);
    expect(pages.get('index.md')).toContain(
      '## Starting\n\n| type | what it is |\n|---|---|\n| [Options](starting/start-options.md#package.Options) | How it starts;',
    );
  });

  test('link types to their pages, and those of the CDK to its reference', () => {
    const page = pages.get('pipeline.md');
    expect(page).toContain('*Type:* [Options](starting/start-options.md#package.Options)');
    expect(page).toContain(
      '*Type:* [IBucket](https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_s3.IBucket.html)',
    );
  });

  test('link names in doc comments, and leave those of what is not public', () => {
    expect(pages.get('pipeline.md')).toContain('of [Options](starting/start-options.md#package.Options).');
    expect(pages.get('starting/start-options.md')).toContain(
      'see `Hidden` and [Pipeline](../pipeline.md#package.Pipeline).',
    );
  });

  test('leave out what every construct has', () => {
    const page = pages.get('pipeline.md');
    expect(page).toContain('`start`');
    expect(page).not.toContain('toString');
    expect(page).not.toContain('`node`');
  });
});
