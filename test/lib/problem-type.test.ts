import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  DataSchema,
  DataSplit,
  ModelPipeline,
  type ModelPipelineProps,
  ProblemType,
  PromotionMetric,
  PromotionRule,
  QualityMetric,
} from '../../lib';

function synthesize(props: Partial<ModelPipelineProps>): Template {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
  new ModelPipeline(stack, 'Model', {
    pipelineName: 'prices',
    training: { source: 'examples/flights/source' },
    data: { label: 'price' },
    ...props,
  });
  return Template.fromStack(stack);
}

function expectSettings(template: Template, description: string, settings: object): void {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  const found = functions.filter(({ Properties }) => new RegExp(description).test(Properties.Description));
  expect(found.map(({ Properties }) => settingsIn(Properties.Environment.Variables.SETTINGS))).toEqual([
    expect.objectContaining(settings),
  ]);
}

/** Settings may name resources: in their place is the name of what refers to them. */
function settingsIn(value: string | { readonly 'Fn::Join': [string, (string | object)[]] }): object {
  if (typeof value === 'string') return JSON.parse(value);
  const [, parts] = value['Fn::Join'];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : Object.keys(part)[0])).join(''));
}

test.each([
  ['two classes', ProblemType.binary(), { type: 'binary' }, { name: 'auc' }, { name: 'auc' }, 0.02],
  ['numbers', ProblemType.regression(), { type: 'regression' }, { name: 'mae' }, { name: 'mae' }, undefined],
  [
    'several classes',
    ProblemType.multiClass(4),
    { type: 'multiClass', classes: 4 },
    { name: 'logLoss', classes: 4 },
    { name: 'accuracy', classes: 4 },
    0.02,
  ],
])(
  'every part of a pipeline knows that labels are %s',
  (_, problem, settings, metric, quality, tolerance) => {
    const template = synthesize({ problem });
    for (const part of [
      '^Looks for what would spoil',
      '^Profiles the training data',
      '^Compares challenger and champion over',
    ]) {
      expectSettings(template, part, { problem: settings });
    }
    expectSettings(template, '^Compares challenger and champion on', {
      policy: expect.objectContaining({ metric }),
    });
    expectSettings(template, '^Compares answers with labels', {
      problem: settings,
      policy: { metric: quality, alpha: 0.01 / 24, minimumLabels: 500, ...(tolerance && { tolerance }) },
    });
  },
);

test.each([
  [
    'costs of the promotion policy',
    { metric: QualityMetric.PROMOTION },
    PromotionMetric.cost({ falsePositive: 1, falseNegative: 9, threshold: 0.2 }),
    { metric: { name: 'cost', falsePositive: 1, falseNegative: 9, threshold: 0.2 } },
  ],
  [
    'recall at the threshold of the promotion policy',
    { metric: QualityMetric.RECALL },
    PromotionMetric.f1({ threshold: 0.3 }),
    { metric: { name: 'recall', threshold: 0.3 }, tolerance: 0.02 },
  ],
  [
    'precision, which has a threshold of its own if AUC decides',
    { metric: QualityMetric.PRECISION },
    PromotionMetric.auc(),
    { metric: { name: 'precision' }, tolerance: 0.02 },
  ],
])('quality is watched by %s', (_, quality, metric, policy) => {
  const template = synthesize({ monitoring: { quality }, promotion: { metric } });
  expectSettings(template, '^Compares answers with labels', {
    policy: { ...policy, alpha: 0.01 / 24, minimumLabels: 500 },
  });
});

test("quality is told by the promotion policy's slices, or by others", () => {
  const rules = [
    PromotionRule.superior(),
    PromotionRule.noSliceWorse({ columns: ['region'] }),
    PromotionRule.fairnessGap('age', 0.1),
  ];
  expectSettings(synthesize({ promotion: { rules } }), '^Compares answers with labels', {
    slices: ['region', 'age'],
    fairness: ['age'],
  });
  const monitoring = { quality: { slices: ['shop'], fairness: [] } };
  expectSettings(synthesize({ promotion: { rules }, monitoring }), '^Compares answers with labels', {
    slices: ['shop'],
    fairness: [],
  });
});

test('costs, weights and answers of others are columns that the holdout keeps', () => {
  const template = synthesize({
    problem: ProblemType.multiClass(3),
    promotion: {
      metric: PromotionMetric.costColumns({ columns: ['if_0', 'if_1', 'if_2'] }),
      rules: [PromotionRule.superior(), PromotionRule.fairnessGap('age', 3)],
      weightColumn: 'amount',
    },
  });
  expectSettings(template, '^Splits', { judgedBy: ['amount', 'if_0', 'if_1', 'if_2', 'age'] });
  expectSettings(template, '^Compares challenger and champion on', {
    policy: expect.objectContaining({ metric: { name: 'costColumns', columns: ['if_0', 'if_1', 'if_2'] } }),
  });
});

const NUMBERS = ProblemType.regression();
const THREE = ProblemType.multiClass(3);
const metricOf = (problem: ProblemType, metric: PromotionMetric) => ({ problem, promotion: { metric } });

test.each<[string, Partial<ModelPipelineProps>, RegExp]>([
  [
    'quality by costs that only the data have',
    {
      promotion: { metric: PromotionMetric.costColumns({ columns: ['if_0', 'if_1'] }) },
      monitoring: { quality: { metric: QualityMetric.PROMOTION } },
    },
    /quality.metric can be that of the promotion policy if it is one of auc, .*, got "costColumns"/,
  ],
  [
    'two classes as several',
    { problem: ProblemType.multiClass(2) },
    /3 to 1,000 classes, got 2: for two there is/,
  ],
  [
    'AUC of numbers',
    metricOf(NUMBERS, PromotionMetric.auc()),
    /auc: it is for binary, and the problem is regression/,
  ],
  [
    'numbers without it being said',
    { promotion: { metric: PromotionMetric.mae() } },
    /mae: it is for regression, and the problem is binary/,
  ],
  [
    'a threshold among several classes',
    metricOf(THREE, PromotionMetric.accuracy({ threshold: 0.3 })),
    /accuracy: threshold is for two classes/,
  ],
  [
    'costs of too few answers',
    metricOf(THREE, PromotionMetric.costColumns({ columns: ['a', 'b'] })),
    /costColumns: columns must name one for each of the 3 classes, got \[a, b\]/,
  ],
  [
    'calibration of numbers, and a column as the answer of several classes',
    {
      problem: THREE,
      promotion: {
        rules: [PromotionRule.superior(), PromotionRule.calibrated(0.1), PromotionRule.betterThanColumn('x')],
      },
    },
    /calibrated: it is for binary, and .*betterThanColumn: it is for binary or regression, and the problem is multiClass/,
  ],
  [
    'shares and strata of numbers',
    {
      problem: NUMBERS,
      data: {
        label: 'price',
        schema: DataSchema.of({ labelRate: { minimum: 0.1 } }),
        split: DataSplit.stratified(),
      },
    },
    /labelRate is of labels 0 and 1, and the problem is regression.*; data.split must not be stratified/,
  ],
  [
    'AUC by labels that come later, of several classes',
    { problem: THREE, monitoring: { quality: { metric: QualityMetric.AUC } } },
    /quality.metric must be accuracy or macroF1 or logLoss, since the problem is multiClass, got "auc"/,
  ],
])('a pipeline refuses %s', (_, props, message) => {
  expect(() => synthesize(props)).toThrow(message);
});
