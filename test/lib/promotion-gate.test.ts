import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  Choice,
  Condition,
  DefinitionBody,
  JsonPath,
  QueryLanguage,
  StateMachine,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import {
  ProblemType,
  PromotionGate,
  type PromotionGateProps,
  PromotionMetric,
  PromotionRule,
  UndecidedAction,
} from '../../lib';
import { roleStatements } from './role-statements';
import { definitionOf } from './state-machine-definition';

function synthesize(changes: Partial<PromotionGateProps> = {}, queryLanguage = QueryLanguage.JSONATA) {
  const stack = new Stack(new App(), 'Test');
  const gate = new PromotionGate(stack, 'IsBetter', {
    bucket: Bucket.fromBucketName(stack, 'Scores', 'scores'),
    labels: 'holdout/labels.csv',
    challengerScores: '{% $states.input.scores %}',
    ...changes,
  });
  const isPromoted =
    queryLanguage === QueryLanguage.JSONATA
      ? Condition.jsonata("{% $states.input.verdict = 'promote' %}")
      : Condition.stringEquals('$.gate.verdict', 'promote');
  new StateMachine(stack, 'Mine', {
    comment: 'Mine',
    queryLanguage,
    definitionBody: DefinitionBody.fromChainable(
      gate.next(
        new Choice(stack, 'Branch')
          .when(isPromoted, new Succeed(stack, 'Yes'))
          .otherwise(new Succeed(stack, 'No')),
      ),
    ),
  });
  const template = Template.fromStack(stack);
  return { template, states: definitionOf(template, 'Mine').States };
}

describe('the promotion gate in a state machine of somebody else', () => {
  test('is one state, whose output is the judgement', () => {
    const { states } = synthesize({ championScores: '{% $champion %}', challenger: '{% $version %}' });
    expect(Object.keys(states)).toEqual(['IsBetter', 'Branch', 'No', 'Yes']);
    expect(states.IsBetter).toMatchObject({
      Type: 'Task',
      Arguments: {
        labels: 'holdout/labels.csv',
        challengerScores: '{% $states.input.scores %}',
        championScores: '{% $champion %}',
        challenger: '{% $version %}',
        champion: 'champion',
      },
      Next: 'Branch',
    });
  });

  test('takes JsonPath, and adds the judgement to the input on request', () => {
    const { states } = synthesize(
      { challengerScores: JsonPath.stringAt('$.scores'), resultPath: '$.gate' },
      QueryLanguage.JSON_PATH,
    );
    expect(states.IsBetter).toMatchObject({
      Parameters: { labels: 'holdout/labels.csv', 'challengerScores.$': '$.scores' },
      ResultPath: '$.gate',
    });
  });

  test('reads the inputs below their prefix, and writes below its own only', () => {
    const { template } = synthesize({ inputPrefix: 'holdout/', prefix: 'verdicts' });
    const statements = [...roleStatements(template).values()].flat();
    const objects = (action: string) =>
      statements
        .filter(({ Action }) => Action === action)
        .flatMap(({ Resource }) => [Resource].flat())
        .map((resource) =>
          JSON.stringify(resource)
            .replace(/.*scores\//, '')
            .replace(/"\]\]\}$/, ''),
        );
    expect(objects('s3:GetObject')).toEqual(['holdout/*', 'verdicts/*']);
    expect(objects('s3:PutObject')).toEqual(['verdicts/*']);
  });

  test('has the policy of a pipeline', () => {
    const { template } = synthesize({
      columns: 'holdout/columns.csv',
      promotion: {
        metric: PromotionMetric.averagePrecision(),
        rules: [PromotionRule.superior(), PromotionRule.noSliceWorse({ columns: ['region'] })],
        weightColumn: 'weight',
        ifUndecided: UndecidedAction.ASK_PERSON,
      },
    });
    const [handler] = Object.values(template.findResources('AWS::Lambda::Function'));
    expect(JSON.parse(handler?.Properties.Environment.Variables.SETTINGS)).toMatchObject({
      policy: { metric: { name: 'averagePrecision' }, ifUndecided: 'needs-person' },
      judgedBy: { weightColumn: 'weight' },
      prefix: 'promotion-gate/',
    });
  });

  test.each<[string, Partial<PromotionGateProps>, RegExp]>([
    [
      'columns that no file has',
      { promotion: { weightColumn: 'weight' } },
      /columns must name the file that has them, got \["weight"\]/,
    ],
    [
      'a person to ask',
      { promotion: { ifUndecided: UndecidedAction.ASK_PERSON, approvalTimeout: Duration.hours(1) } },
      /approvalTimeout must not be given/,
    ],
    [
      'archives that it does not know',
      { promotion: { rules: [PromotionRule.superior(), PromotionRule.sizeWithin(2)] } },
      /must not include what needs the models' archives/,
    ],
    [
      'two languages',
      { labels: JsonPath.stringAt('$.labels') },
      /inputs must be JSONata or JsonPath, not both/,
    ],
    [
      'a metric of another problem',
      { problem: ProblemType.regression(), promotion: { metric: PromotionMetric.auc() } },
      /promotion.metric auc/,
    ],
  ])('refuses %s', (_, changes, message) => {
    expect(() => synthesize(changes)).toThrow(message);
  });
});
