import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ServingContainer, TrainingContainer } from '../../../lib';

/** A container of one framework, and what is known of it. */
interface Case {
  readonly name: string;
  /** Name of the image in the list of the SageMaker Python SDK's URIs. */
  readonly image: string;
  readonly create: (version?: string) => ServingContainer | TrainingContainer;
  readonly newest: string;
  /** A region that lacks the newest version. */
  readonly lackedBy: string;
  readonly gpus: 'none' | 'some' | 'only';
}

// Newest versions and regions: image_uri_config of sagemaker-core 2.27.0, November 2026.
const PUBLISHED: readonly Case[] = [
  {
    name: 'ServingContainer.scikitLearn',
    image: 'scikit-learn-inference',
    create: (version) => ServingContainer.scikitLearn(version),
    newest: '1.9-0',
    lackedBy: 'mx-central-1',
    gpus: 'none',
  },
  {
    name: 'TrainingContainer.scikitLearn',
    image: 'scikit-learn-training',
    create: (version) => TrainingContainer.scikitLearn(version),
    newest: '1.9-0',
    lackedBy: 'mx-central-1',
    gpus: 'none',
  },
  {
    name: 'ServingContainer.xgboost',
    image: 'xgboost-inference',
    create: (version) => ServingContainer.xgboost(version),
    newest: '3.2-0',
    lackedBy: 'mx-central-1',
    gpus: 'some',
  },
  {
    name: 'TrainingContainer.xgboost',
    image: 'xgboost-training',
    create: (version) => TrainingContainer.xgboost(version),
    newest: '3.2-0',
    lackedBy: 'mx-central-1',
    gpus: 'some',
  },
  {
    name: 'ServingContainer.pytorch',
    image: 'pytorch-inference',
    create: (version) => ServingContainer.pytorch(version),
    newest: '2.6.0',
    lackedBy: 'us-isof-east-1',
    gpus: 'some',
  },
  {
    name: 'TrainingContainer.pytorch',
    image: 'pytorch-training',
    create: (version) => TrainingContainer.pytorch(version),
    newest: '2.6.0',
    lackedBy: 'us-isof-east-1',
    gpus: 'some',
  },
  {
    name: 'ServingContainer.lightgbm',
    image: 'scikit-learn-inference',
    create: (version) => ServingContainer.lightgbm(version),
    newest: '1.9-0',
    lackedBy: 'mx-central-1',
    gpus: 'none',
  },
  {
    name: 'ServingContainer.tensorflow',
    image: 'tensorflow-inference',
    create: (version) => ServingContainer.tensorflow(version),
    newest: '2.20.0',
    lackedBy: 'us-isof-east-1',
    gpus: 'some',
  },
  {
    name: 'TrainingContainer.tensorflow',
    image: 'tensorflow-training',
    create: (version) => TrainingContainer.tensorflow(version),
    newest: '2.19.0',
    lackedBy: 'us-isof-east-1',
    gpus: 'some',
  },
  {
    name: 'ServingContainer.huggingFace',
    image: 'huggingface-inference',
    create: (version) => ServingContainer.huggingFace({ version }),
    newest: '5.5.3',
    lackedBy: 'mx-central-1',
    gpus: 'some',
  },
  {
    name: 'TrainingContainer.huggingFace',
    image: 'huggingface-training',
    create: (version) => TrainingContainer.huggingFace(version),
    newest: '4.49.0',
    lackedBy: 'mx-central-1',
    gpus: 'only',
  },
  {
    name: 'ServingContainer.triton',
    image: 'triton-inference',
    create: (version) => ServingContainer.triton({ modelName: 'churn', version }),
    newest: '26.05',
    lackedBy: 'us-gov-west-1',
    gpus: 'some',
  },
  {
    name: 'ServingContainer.rayServe',
    image: 'ray-inference',
    create: (version) => ServingContainer.rayServe(version),
    newest: '1.4',
    lackedBy: 'sa-west-1',
    gpus: 'some',
  },
  {
    name: 'ServingContainer.djl',
    image: 'djl-inference',
    create: (version) => ServingContainer.djl(version),
    newest: '0.38.0',
    lackedBy: 'me-west-1',
    gpus: 'only',
  },
];

interface Reference {
  readonly image: string;
  readonly version: string;
  readonly region: string;
  readonly instanceType: string;
  /** Null where the SDK knows none. */
  readonly uri: string | null;
}

const REFERENCES: readonly Reference[] = JSON.parse(
  readFileSync(join(__dirname, '../../reference/container-images.json'), 'utf8'),
);

function stackIn(region?: string): Stack {
  return new Stack(new App(), 'Test', { env: { account: '111111111111', region } });
}

function imageOf(
  container: ServingContainer | TrainingContainer,
  stack: Stack,
  instanceType = 'ml.m5.large',
): string {
  const instances = { prop: 'some.instanceType', instanceType };
  return container instanceof ServingContainer
    ? container._bind(stack, 'inference.py', [instances]).image
    : container._bind(stack, instances);
}

/** With the domain that CloudFormation fills in. */
function uriIn(region: string, uri: string): string {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return uri.replace(/\$\{Token\[AWS.URLSuffix[^\]]*\]\}/, domain);
}

describe.each(PUBLISHED)('$name', ({ name, image, create, newest, lackedBy, gpus }) => {
  const instanceType = gpus === 'only' ? 'ml.g5.xlarge' : 'ml.m5.large';
  const imageIn = (region?: string, version?: string) =>
    imageOf(create(version), stackIn(region), instanceType);
  // The SDK finds the image for large models whatever the instance is.
  const references = REFERENCES.filter(
    (each) => each.image === image && (gpus !== 'only' || each.instanceType === 'ml.g5.xlarge'),
  );

  test('finds the images that the SageMaker Python SDK finds, for each region and instance type', () => {
    expect(references.length).toBeGreaterThan(0);
    for (const { version, region, instanceType, uri } of references) {
      const find = () => uriIn(region, imageOf(create(version), stackIn(region), instanceType));
      if (uri) expect(find()).toBe(uri);
      else expect(find).toThrow(/and AWS publishes no image of|AWS publishes no image of .* in/);
    }
  });

  test(`is by default of version ${newest}`, () => {
    expect(imageIn('eu-central-1')).toBe(imageIn('eu-central-1', newest));
  });

  test.each(['us-east-1', 'il-central-1', 'ca-west-1'])('has an image in %s', (region) => {
    expect(imageIn(region)).toMatch(new RegExp(String.raw`^\d{12}\.dkr\.ecr\.${region}\..+:.+`));
  });

  test('is refused in a region that lacks it, with those that have it and the way out', () => {
    expect(() => imageIn(lackedBy)).toThrow(
      new RegExp(
        `^Test: AWS publishes no image of ${name} ${newest} in ${lackedBy}; it does in .*us-east-1.*: copy it to a repository of your own and use \\w+Container.custom$`,
      ),
    );
  });

  test('of a version that AWS does not publish is refused, with those that it does', () => {
    expect(() => imageIn('eu-central-1', '0.0.1')).toThrow(
      new RegExp(
        `^Test: ${name} has no version "0.0.1": AWS publishes .*${newest}.* \\(sagemaker-core 2.27.0\\); for another one, use \\w+Container.custom$`,
      ),
    );
  });

  test('finds the account by a mapping when the region is known only at deployment', () => {
    const stack = stackIn();
    const uris = [create(), create()].map((container) => imageOf(container, stack, instanceType));
    expect(new Set(uris.map((uri) => JSON.stringify(stack.resolve(uri)))).size).toBe(1);
    const mappings = Template.fromStack(stack).toJSON().Mappings;
    expect(Object.keys(mappings)).toHaveLength(1);
    const [accounts] = Object.values(mappings) as Record<string, { readonly account: string }>[];
    expect(accounts?.['il-central-1']).toEqual({ account: imageIn('il-central-1').slice(0, 12) });
    expect(accounts).not.toHaveProperty(lackedBy);
  });

  test(gpus === 'none' ? 'refuses instances with GPUs' : 'takes instances with GPUs', () => {
    const find = () => imageOf(create(), stackIn('us-east-1'), 'ml.g5.xlarge');
    if (gpus === 'none') expect(find).toThrow('ml.g5.xlarge has GPUs, and AWS publishes no image of');
    else expect(find()).toContain('us-east-1');
  });

  test(gpus === 'only' ? 'refuses instances without GPUs' : 'takes instances without GPUs', () => {
    const find = () => imageOf(create(), stackIn('us-east-1'), 'ml.m5.large');
    if (gpus === 'only') expect(find).toThrow('choose an instance type such as ml.g5.xlarge');
    else expect(find()).toContain('us-east-1');
  });

  test.each([
    ['ml.c7g.large', 'has an AWS Graviton processor'],
    ['ml.inf2.xlarge', 'has AWS Neuron accelerators'],
  ])('refuses %s, which %s', (refused, has) => {
    expect(() => imageOf(create(), stackIn('us-east-1'), refused)).toThrow(
      `Test: some.instanceType ${refused} ${has}, and AWS publishes no image of ${name} ${newest} for it`,
    );
  });
});

describe('a container whose images differ for GPUs', () => {
  test('refuses to serve and score on instances that need different ones', () => {
    const instances = [
      { prop: 'hosting.instanceType', instanceType: 'ml.g5.xlarge' },
      { prop: 'batchScoring.instanceType', instanceType: 'ml.m5.large' },
    ];
    const bind = (container: ServingContainer) =>
      container._bind(stackIn('us-east-1'), 'inference.py', instances).image;
    expect(() => bind(ServingContainer.pytorch())).toThrow(
      'Test: batchScoring.instanceType ml.m5.large and hosting.instanceType ml.g5.xlarge must both have GPUs or both have none',
    );
    expect(bind(ServingContainer.xgboost())).toMatch(/:3\.2-0$/);
  });

  test('refuses an instance type that is known only at deployment', () => {
    const instanceType = Lazy.string({ produce: () => 'ml.m5.large' });
    expect(() => imageOf(ServingContainer.pytorch(), stackIn('us-east-1'), instanceType)).toThrow(
      'Test: some.instanceType must be known at synth',
    );
    expect(imageOf(ServingContainer.scikitLearn(), stackIn('us-east-1'), instanceType)).toMatch(/cpu/);
  });
});

describe('a custom container', () => {
  const image = '111111111111.dkr.ecr.eu-west-1.amazonaws.com/mine:1';

  test.each<[string, ServingContainer | TrainingContainer]>([
    ['ServingContainer.custom', ServingContainer.custom({ image })],
    ['TrainingContainer.custom', TrainingContainer.custom({ image })],
  ])('%s is its image, wherever it runs', (_name, container) => {
    for (const instanceType of ['ml.m5.large', 'ml.g5.xlarge', 'ml.c7g.large', 'ml.inf2.xlarge']) {
      expect(imageOf(container, stackIn('mx-central-1'), instanceType)).toBe(image);
    }
  });
});
