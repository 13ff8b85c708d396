import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnWaitConditionHandle, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ModelPipeline, type ModelPipelineProps, ModelPipelineStack } from '../../lib';

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
type CodeOfFunction = { Properties: { Code: { S3Key: string } } };

function variablesOf(template: Template): Map<string, Variables> {
  const functions = template.findResources('AWS::Lambda::Function');
  return new Map(
    Object.entries(functions).flatMap(([id, { Properties }]) =>
      Properties.Environment ? [[id, Properties.Environment.Variables as Variables]] : [],
    ),
  );
}

describe("settings that exceed Lambda's environment", () => {
  test('are in a file beside the code, and the rest in the environment', () => {
    const app = new App();
    const stack = new ModelPipelineStack(app, 'Test', {
      pipeline: { ...PROPS, data: { label: 'late', ignoredColumns: COLUMNS } },
    });
    const template = Template.fromStack(stack);
    const [id, variables] = [...variablesOf(template)].find(([name]) => name.includes('ValidateData')) as [
      string,
      Variables,
    ];
    expect(JSON.stringify(variables)).not.toContain(COLUMNS[0]);
    expect(variables.SETTINGS_FILE).toBe('settings.json');
    const resource = template.findResources('AWS::Lambda::Function')[id] as CodeOfFunction;
    const folder = join(app.outdir, `asset.${resource.Properties.Code.S3Key.replace('.zip', '')}`);
    expect(JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'))).toEqual({
      ignoredColumns: COLUMNS,
    });
    expect(readFileSync(join(folder, 'index.js')).length).toBeGreaterThan(0);
  });

  test('leave the code of functions as it is where there is room', () => {
    const stack = newStack();
    new ModelPipeline(stack, 'Model', PROPS);
    for (const variables of variablesOf(Template.fromStack(stack)).values()) {
      expect(variables.SETTINGS_FILE).toBeUndefined();
    }
  });

  test('and cannot be in a file are refused, naming the function and the largest variable', () => {
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
  for (let index = 0; index < 300; index++) new CfnWaitConditionHandle(stack, `More${index}`);
  const problem =
    /\[Test\/Model\] the stack Test has \d+ resources, \d+ of them of this pipeline, and CloudFormation takes 500 a stack: give each pipeline a stack of its own, such as ModelPipelineStack/;
  expect(() => Template.fromStack(stack)).toThrow(problem);
  expect(() => Template.fromStack(stack)).not.toThrow(/\[Test\/Other\]/);
});
