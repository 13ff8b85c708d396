import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { RegisterArtifactSettings } from '../../../contracts/functions/registering';
import { ModelPipeline, type ModelPipelineProps, ServingContainer, TrainingContainer } from '../../../lib';
import { roleStatements } from '../role-statements';
import { definitionOf } from '../state-machine-definition';

const GPU = { instanceType: 'ml.g5.xlarge' };
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

function withoutTraining(props: ModelPipelineProps): Template {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
  new ModelPipeline(stack, 'Model', { pipelineName: 'flights', ...props });
  return Template.fromStack(stack);
}

/** What the function that registers artifacts knows of the container. */
function registrationSettings(template: Template): RegisterArtifactSettings {
  const [resource] = Object.values(
    template.findResources('AWS::Lambda::Function', {
      Properties: { Description: 'Registers a model that was trained elsewhere as a version of flights' },
    }),
  );
  const settings = resource?.Properties.Environment.Variables.SETTINGS;
  const text = typeof settings === 'string' ? settings : joined(settings);
  return JSON.parse(text);
}

/** A text of which CloudFormation knows some parts. */
function joined({ 'Fn::Join': [, parts] }: { readonly 'Fn::Join': [string, unknown[]] }): string {
  return parts.map((part) => (typeof part === 'string' ? part : 'token')).join('');
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
    for (const role of ['ChallengerScoringRole', 'ExecutionRole']) {
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

  test('serves what TensorFlow and Hugging Face trained by the images of the same version', () => {
    const gpu = { trainingInstanceType: 'ml.g5.xlarge' };
    expect(imagesOf(synthesize({ trainingContainer: TrainingContainer.tensorflow(), ...gpu }))).toEqual({
      serving: expect.stringMatching(/\/tensorflow-inference:2\.19\.0-cpu$/),
      training: expect.stringMatching(/\/tensorflow-training:2\.19\.0-gpu-py312$/),
    });
    expect(imagesOf(synthesize({ trainingContainer: TrainingContainer.huggingFace(), ...gpu }))).toEqual({
      serving: expect.stringContaining('/huggingface-pytorch-inference:2.6.0-transformers4.49.0-cpu-'),
      training: expect.stringContaining('/huggingface-pytorch-training:2.5.1-transformers4.49.0-gpu-'),
    });
  });

  test('that trains refuses a container that takes no rows of CSV, with the way out', () => {
    expect(() => synthesize({ container: ServingContainer.triton({ modelName: 'churn' }) })).toThrow(
      'Test/Model: ServingContainer.triton takes application/json, application/octet-stream, and a pipeline that trains scores the holdout as text/csv: choose a container that takes it, or train elsewhere and leave out training',
    );
    const contentTypes = ['application/json'];
    expect(() => synthesize({ container: ServingContainer.custom({ image: OWN, contentTypes }) })).toThrow(
      'ServingContainer.custom takes application/json',
    );
  });

  test('refuses another script than the one that TensorFlow Serving runs', () => {
    expect(() =>
      withoutTraining({ container: ServingContainer.tensorflow(), inferenceScript: 'serve.py' }),
    ).toThrow(
      'Test/Model: inferenceScript must be inference.py, which ServingContainer.tensorflow runs, got "serve.py"',
    );
  });

  test('refuses requests of a smoke test that the container does not take', () => {
    const smokeTest = { requests: [{ body: '1,2' }] };
    expect(() => withoutTraining({ container: ServingContainer.djl(), hosting: GPU, smokeTest })).toThrow(
      /smokeTest.requests\[0\].contentType must be one that the container takes \(application\/json\), got "text\/csv"/,
    );
  });

  test.each<[string, ServingContainer, object, string[], object?]>([
    ['scikit-learn', ServingContainer.scikitLearn(), { SAGEMAKER_PROGRAM: 'inference.py' }, []],
    ['LightGBM', ServingContainer.lightgbm(), {}, ['code/model_pipeline/packages/lightgbm/__init__.py']],
    [
      'TensorFlow',
      ServingContainer.tensorflow(),
      { PYTHONPATH: '/opt/ml/model/code:/opt/ml/model/code/lib' },
      ['1/saved_model.pb', 'churn/00000123/saved_model.pb'],
    ],
    [
      'Hugging Face',
      ServingContainer.huggingFace({ task: 'text-classification' }),
      { HF_TASK: 'text-classification' },
      ['config.json', 'code/inference.py'],
    ],
    [
      'Triton',
      ServingContainer.triton({ modelName: 'churn.v1' }),
      { SAGEMAKER_TRITON_DEFAULT_MODEL_NAME: 'churn.v1' },
      ['churn.v1/config.pbtxt', 'churn.v1/1/model.onnx'],
    ],
    ['Ray Serve', ServingContainer.rayServe(), {}, ['config.yaml']],
    ['DJL Serving', ServingContainer.djl(), {}, ['serving.properties', 'model.py'], { hosting: GPU }],
  ])('knows the environment and the archive of %s', (_name, container, environment, paths, props = {}) => {
    const settings = registrationSettings(withoutTraining({ container, ...props }));
    expect(settings.servingEnvironment).toMatchObject(environment);
    const { files } = settings;
    for (const path of paths) {
      expect([path, files.some(({ pattern }) => new RegExp(pattern).test(path))]).toEqual([path, true]);
    }
    for (const { pattern } of files) expect('model.joblib').not.toMatch(new RegExp(pattern));
    expect(files.length > 0).toBe(paths.length > 0);
  });

  test('needs the script of an archive only where the container cannot serve without it', () => {
    const scriptOf = (container: ServingContainer) =>
      registrationSettings(withoutTraining({ container })).inferenceScript;
    expect(scriptOf(ServingContainer.xgboost())).toBe('inference.py');
    expect(scriptOf(ServingContainer.huggingFace())).toBeUndefined();
    expect(scriptOf(ServingContainer.custom({ image: OWN }))).toBeUndefined();
  });

  test('serves with an image that is built of a folder, for the processor of its instances', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fast-api-'));
    expect(() => withoutTraining({ container: ServingContainer.fastApi(folder) })).toThrow(
      `Test/Model: ServingContainer.fastApi has no Dockerfile in ${folder}: add one`,
    );
    writeFileSync(join(folder, 'Dockerfile'), 'FROM python:3.12');
    const app = new App();
    const stack = new Stack(app, 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
    new ModelPipeline(stack, 'Model', {
      pipelineName: 'flights',
      container: ServingContainer.fastApi(folder),
      hosting: { instanceType: 'ml.c7g.large' },
    });
    const { directory } = app.synth();
    const { dockerImages } = JSON.parse(readFileSync(join(directory, 'Test.assets.json'), 'utf8'));
    const images: { source: object }[] = Object.values(dockerImages);
    expect(images.map(({ source }) => source)).toEqual([
      { directory: expect.any(String), platform: 'linux/arm64' },
    ]);
    rmSync(folder, { recursive: true });
  });

  test('without training serves with scikit-learn, or the container that it is given', () => {
    const imageOf = (container?: ServingContainer) =>
      JSON.stringify(withoutTraining({ container }).findResources('AWS::Lambda::Function'));
    expect(imageOf()).toContain('/sagemaker-scikit-learn:1.9-0-cpu-py3');
    expect(imageOf(ServingContainer.xgboost('1.7-1'))).toContain('/sagemaker-xgboost:1.7-1');
  });
});
