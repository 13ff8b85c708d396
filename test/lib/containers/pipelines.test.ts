import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  ModelPipeline,
  type ModelPipelineProps,
  ReleasePipeline,
  ServingContainer,
  TrainingContainer,
} from '../../../lib';
import { roleStatements } from '../role-statements';
import { definitionOf } from '../state-machine-definition';

const OWN = '111111111111.dkr.ecr.eu-central-1.amazonaws.com/own:1';

interface Props extends Omit<Partial<ModelPipelineProps>, 'training'> {
  readonly trainingContainer?: TrainingContainer;
  readonly trainingInstanceType?: string;
}

function synthesize({ trainingContainer, trainingInstanceType, ...props }: Props): Template {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
  new ModelPipeline(stack, 'Model', {
    pipelineName: 'flights',
    training: {
      source: 'examples/flights/source',
      container: trainingContainer,
      instanceType: trainingInstanceType,
    },
    data: { label: 'late' },
    ...props,
  });
  return Template.fromStack(stack);
}

/** Settings of the function with a description, as they are in the template. */
function settingsOf(template: Template, description: string): string {
  const [resource] = Object.values(
    template.findResources('AWS::Lambda::Function', { Properties: { Description: description } }),
  );
  return JSON.stringify(resource?.Properties.Environment.Variables.SETTINGS);
}

function imagesOf(template: Template): { serving: string | undefined; training: string | undefined } {
  const settings = settingsOf(template, 'Assigns the semantic version of the challenger')
    .replace(/",\{"Ref":"AWS::URLSuffix"\},"/g, 'amazonaws.com')
    .replace(/\\+"/g, "'");
  return {
    serving: /'image':'([^']+)'/.exec(settings)?.[1],
    training: /'trainingImage':'([^']+)'/.exec(settings)?.[1],
  };
}

describe('a pipeline', () => {
  test('trains and serves with XGBoost in one image, which runs the scripts as a module', () => {
    const template = synthesize({ trainingContainer: TrainingContainer.xgboost() });
    expect(imagesOf(template)).toEqual({
      serving: '492215442770.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-xgboost:3.2-0',
      training: undefined,
    });
    const { Train } = definitionOf(template, 'Retrains').States;
    expect(JSON.stringify(Train)).toContain(String.raw`'sagemaker_program': '\"model_pipeline.train\"'`);
  });

  test('trains and serves with PyTorch in two images, and with GPUs only where it has them', () => {
    const template = synthesize({
      trainingContainer: TrainingContainer.pytorch(),
      trainingInstanceType: 'ml.g5.xlarge',
    });
    const registry = '763104351884.dkr.ecr.eu-central-1.amazonaws.com';
    expect(imagesOf(template)).toEqual({
      serving: `${registry}/pytorch-inference:2.6.0-cpu-py312`,
      training: `${registry}/pytorch-training:2.6.0-gpu-py312`,
    });
    const { Train } = definitionOf(template, 'Retrains').States;
    expect(JSON.stringify(Train)).toContain(String.raw`'sagemaker_program': '\"model_pipeline/train.py\"'`);
  });

  test('lets each role pull the image that it runs', () => {
    const template = synthesize({ trainingContainer: TrainingContainer.pytorch() });
    const statements = [...roleStatements(template)];
    const repositories = (role: string) =>
      JSON.stringify(
        statements
          .filter(([id]) => id.includes(role))
          .flatMap(([, all]) => all)
          .filter(({ Action }) => [Action].flat().includes('ecr:GetDownloadUrlForLayer')),
      );
    expect(repositories('RetrainingTrainingRole')).toContain('repository/pytorch-training');
    for (const role of ['RetrainingScoringRole', 'ExecutionRole']) {
      expect(repositories(role)).toContain('763104351884:repository/pytorch-inference');
      // Of versions that were made with another container.
      expect(repositories(role)).toContain('*:repository/sagemaker-scikit-learn');
    }
  });

  test('serves with another container if it is told to', () => {
    const template = synthesize({
      trainingContainer: TrainingContainer.pytorch('2.10.0'),
      container: ServingContainer.custom({ image: OWN }),
    });
    expect(imagesOf(template)).toEqual({
      serving: OWN,
      training: expect.stringContaining('/pytorch-training:2.10.0-cpu-py313'),
    });
  });

  test('serves with the custom image that it trains with', () => {
    const template = synthesize({ trainingContainer: TrainingContainer.custom({ image: OWN }) });
    expect(imagesOf(template)).toEqual({ serving: OWN, training: undefined });
  });

  test('without training serves with scikit-learn, or the container that it is given', () => {
    const imageOf = (container?: ServingContainer) => {
      const stack = new Stack(new App(), 'Test', {
        env: { account: '111111111111', region: 'eu-central-1' },
      });
      new ReleasePipeline(stack, 'Model', { pipelineName: 'flights', container });
      const functions = Template.fromStack(stack).findResources('AWS::Lambda::Function');
      return JSON.stringify(functions);
    };
    expect(imageOf()).toContain('/sagemaker-scikit-learn:1.9-0-cpu-py3');
    expect(imageOf(ServingContainer.xgboost('1.7-1'))).toContain('/sagemaker-xgboost:1.7-1');
  });
});
