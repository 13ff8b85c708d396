import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ModelPipelineStack } from '../../lib';

const props = { pipeline: { training: { source: 'examples/flights/source' }, data: { label: 'late' } } };

describe('ModelPipelineStack', () => {
  test('names nothing that could clash with a second stack of the same account', () => {
    const app = new App();
    const stacks = ['One', 'Two'].map((id) => new ModelPipelineStack(app, id, props));
    const templates = stacks.map((stack) => Template.fromStack(stack).toJSON());
    const names = templates.map((template) => new Set(fixedNames(template)));
    const clashing = [...(names[0] as Set<string>)].filter((name) => names[1]?.has(name));
    expect(clashing).toEqual([]);
  });

  test('synthesizes the same template twice', () => {
    const [one, two] = [new App(), new App()].map((app) =>
      Template.fromStack(new ModelPipelineStack(app, 'Stack', props)).toJSON(),
    );
    expect(one).toEqual(two);
  });
});

/** Values of properties that name a resource in the whole account. */
function fixedNames(template: Record<string, unknown>): string[] {
  const resources = Object.values(
    template.Resources as Record<string, { Type: string; Properties?: object }>,
  );
  return resources
    .filter(({ Type }) => Type !== 'AWS::IAM::Policy') // its name is its role's own
    .flatMap(({ Type, Properties = {} }) =>
      Object.entries(Properties)
        .filter(
          ([key, value]) => [`${Type.split('::')[2]}Name`, 'Name'].includes(key) && typeof value === 'string',
        )
        .map(([, value]) => `${Type} ${value}`),
    );
}
