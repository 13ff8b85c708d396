import {
  ProductionVariantInstanceType,
  TrainingInstanceType,
  TransformInstanceType,
} from '@aws-sdk/client-sagemaker';
import { App, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ModelPipeline, type ModelPipelineProps } from '../../lib';
import {
  HOSTING_INSTANCES,
  TRAINING_INSTANCES,
  TRANSFORM_INSTANCES,
} from '../../lib/runtime/instance-type-data';
import { definitionOf } from './state-machine-definition';

const training = { source: 'examples/flights/source' };

function synthesize(props: Partial<ModelPipelineProps>): Template {
  const stack = new Stack(new App(), 'Test');
  new ModelPipeline(stack, 'Model', { training, data: { label: 'late' }, ...props });
  return Template.fromStack(stack);
}

function typesOf(families: Readonly<Record<string, string>>): string[] {
  return Object.entries(families).flatMap(([family, sizes]) =>
    sizes.split(' ').map((size) => `${family}.${size}`),
  );
}

describe('instance types', () => {
  // An SDK that knows more than the data asks for `npm run data`.
  test.each([
    ['training', TRAINING_INSTANCES, TrainingInstanceType],
    ['batch scoring', TRANSFORM_INSTANCES, TransformInstanceType],
    ['hosting', HOSTING_INSTANCES, ProductionVariantInstanceType],
  ])('for %s include every one that the AWS SDK lists', (_use, data, sdk) => {
    const known = new Set(typesOf(data));
    expect(Object.values(sdk).filter((type) => !known.has(type))).toEqual([]);
  });

  // Counted in botocore's service model of SageMaker, November 2026.
  test('for training differ from those for batch scoring and hosting, so that each has a prop of its own', () => {
    const [trains, transforms, hosts] = [TRAINING_INSTANCES, TRANSFORM_INSTANCES, HOSTING_INSTANCES].map(
      typesOf,
    ) as [string[], string[], string[]];
    expect(trains).toHaveLength(225);
    expect(trains.filter((type) => !transforms.includes(type))).toHaveLength(114);
    expect(trains.filter((type) => !hosts.includes(type))).toHaveLength(79);
  });

  test('of training, batch scoring and hosting reach the jobs, and the package names the latter two', () => {
    const template = synthesize({
      training: { ...training, instanceType: 'ml.c5n.xlarge' },
      batchScoring: { instanceType: 'ml.c5.xlarge' },
      hosting: { instanceType: 'ml.c5.large' },
    });
    const { States } = definitionOf(template, 'Retrains ') as unknown as {
      States: Record<string, { Arguments: Record<string, unknown> }>;
    };
    expect(States.Train?.Arguments.ResourceConfig).toMatchObject({ InstanceType: 'ml.c5n.xlarge' });
    for (const name of ['ScoreChallenger', 'ScoreChampion']) {
      expect(States[name]?.Arguments.TransformResources).toMatchObject({ InstanceType: 'ml.c5.xlarge' });
    }
    const settings = Object.values(template.findResources('AWS::Lambda::Function'))
      .map(({ Properties }) => JSON.stringify(Properties.Environment?.Variables ?? {}))
      .find((variables) => variables.includes('instanceTypes'));
    expect(settings).toContain(
      String.raw`\"instanceTypes\":{\"realtime\":[\"ml.c5.large\"],\"transform\":[\"ml.c5.xlarge\"]}`,
    );
  });

  test.each<[string, Partial<ModelPipelineProps>, RegExp]>([
    [
      'an unknown type',
      { training: { ...training, instanceType: 'banana' } },
      /^Test\/Model: training.instanceType must be .* for training, such as ml.m5.large; .* update .*, got "banana"$/,
    ],
    [
      'an unknown size',
      { hosting: { instanceType: 'ml.m4.huge' } },
      /such as ml.m4.2xlarge, ml.m4.4xlarge, ml.m4.10xlarge, ml.m4.16xlarge, ml.m4.xlarge; .*, got "ml.m4.huge"$/,
    ],
    [
      'a training type that scores no batches',
      { batchScoring: { instanceType: 'ml.c5n.xlarge' } },
      /batchScoring.instanceType .* \(this one is for training only\); .*, got "ml.c5n.xlarge"$/,
    ],
    [
      'a hosting type that trains nothing',
      { training: { ...training, instanceType: 'ml.inf2.xlarge' } },
      /training.instanceType must be .* \(this one is for batch scoring and hosting only\); .*, got "ml.inf2.xlarge"$/,
    ],
    ['a word of JavaScript', { hosting: { instanceType: 'constructor.name' } }, /got "constructor.name"$/],
  ])('fail at synth if there is %s', (_what, props, message) => {
    expect(() => synthesize(props)).toThrow(message);
  });

  test('that are known only at deployment pass', () => {
    const instanceType = Lazy.string({ produce: () => 'ml.newer.large' });
    expect(() => synthesize({ training: { ...training, instanceType } })).not.toThrow();
  });
});
