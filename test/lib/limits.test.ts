import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnWaitConditionHandle, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ModelPipeline, type ModelPipelineProps, ModelPipelineStack } from '../../lib';
import { STAGED } from '../staged';

const PROPS: ModelPipelineProps = {
  pipelineName: 'flights',
  training: { source: 'examples/flights/source' },
  data: { label: 'late' },
};

const COLUMNS = Array.from({ length: 200 }, (_, index) => `column_of_20_${String(index).padStart(8, '0')}`);

function newStack(): Stack {
  return new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
}

type Variables = Record<string, unknown>;
type Asset = { readonly S3Key: string };
type Resource = { readonly Properties: { readonly Layers?: readonly { readonly Ref: string }[] } };

function variablesOf(template: Template): Map<string, Variables> {
  const functions = template.findResources('AWS::Lambda::Function');
  return new Map(
    Object.entries(functions).flatMap(([id, { Properties }]) =>
      Properties.Environment ? [[id, Properties.Environment.Variables as Variables]] : [],
    ),
  );
}

describe("settings that exceed Lambda's environment", () => {
  test('are in a layer, and the rest in the environment', () => {
    const app = new App(STAGED);
    const stack = new ModelPipelineStack(app, 'Test', {
      pipeline: { ...PROPS, data: { label: 'late', ignoredColumns: COLUMNS } },
    });
    const template = Template.fromStack(stack);
    const [id, variables] = [...variablesOf(template)].find(([name]) => name.includes('ValidateData')) as [
      string,
      Variables,
    ];
    expect(JSON.stringify(variables)).not.toContain(COLUMNS[0]);
    expect(variables.SETTINGS_FILE).toBe('function-settings.json');
    const resource = template.findResources('AWS::Lambda::Function')[id] as Resource;
    const { Layers = [] } = resource.Properties;
    expect(Layers).toHaveLength(1);
    const layer = template.findResources('AWS::Lambda::LayerVersion')[Layers[0]?.Ref as string];
    const folder = folderOf(app, layer?.Properties.Content as Asset);
    expect(
      readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile()),
    ).toHaveLength(1);
    expect(
      JSON.parse(readFileSync(join(folder, 'nodejs/node_modules/function-settings.json'), 'utf8')),
    ).toEqual({
      ignoredColumns: COLUMNS,
    });
  });

  test('are the only ones in a layer', () => {
    const stack = newStack();
    new ModelPipeline(stack, 'Model', PROPS);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Lambda::LayerVersion', 0);
    for (const variables of variablesOf(template).values()) {
      expect(variables.SETTINGS_FILE).toBeUndefined();
    }
  });

  test('and are known only at deployment are refused, naming the function and the largest variable', () => {
    const stack = newStack();
    new ModelPipeline(stack, 'Model', PROPS);
    for (let index = 0; index < 20; index++) Tags.of(stack).add(`tag-${index}`, 'x'.repeat(250));
    expect(() => Template.fromStack(stack)).toThrow(
      /\[Test\/Model\/Release\/RepairChampion\] the environment takes at least \d+ bytes, \d+ of them for SETTINGS, and Lambda's holds 4096: shorten/,
    );
  });
});

test('more resources than a stack takes are refused once, with the way out', () => {
  const stack = newStack();
  new ModelPipeline(stack, 'Model', PROPS);
  new ModelPipeline(stack, 'Other', { ...PROPS, pipelineName: 'other' });
  for (let index = 0; index < 320; index++) new CfnWaitConditionHandle(stack, `More${index}`);
  const problem =
    /\[Test\/Model\] the stack Test has \d+ resources, \d+ of them of this pipeline, and CloudFormation takes 500 a stack: give each pipeline a stack of its own, such as ModelPipelineStack/;
  expect(() => Template.fromStack(stack)).toThrow(problem);
  expect(() => Template.fromStack(stack)).not.toThrow(/\[Test\/Other\]/);
});

test('pipelines of a stack have fewer than 100 resources each', () => {
  const stack = newStack();
  new ModelPipeline(stack, 'Model', PROPS);
  new ModelPipeline(stack, 'Other', { ...PROPS, pipelineName: 'other' });
  const { Resources } = Template.fromStack(stack).toJSON();
  expect(Object.keys(Resources).length).toBeLessThan(200);
});

test('all functions share one code asset, but that of inference', () => {
  const app = new App();
  const stack = new ModelPipelineStack(app, 'Test', {
    pipeline: { ...PROPS, serverlessInference: {}, data: { label: 'late', ignoredColumns: COLUMNS } },
  });
  const functions = Object.entries(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
  const inference = new Set(
    functions.filter(([id]) => id.includes('Serverless')).map(([, { Properties }]) => Properties.Code.S3Key),
  );
  const others = new Set(
    functions.filter(([id]) => !id.includes('Serverless')).map(([, { Properties }]) => Properties.Code.S3Key),
  );
  expect(inference.size).toBe(1);
  expect(others.size).toBe(1);
  expect(inference).not.toEqual(others);
});

/** Where an asset was staged. */
function folderOf(app: App, { S3Key }: Asset): string {
  return join(app.outdir, `asset.${S3Key.replace('.zip', '')}`);
}
