import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { type CostProps, ModelPipeline, type ModelPipelineProps, PriceTable } from '../../lib';

const PRICES = { region: 'eu-central-1', date: '2026-11-30', source: 'a contract' };

function stackOf(props: ModelPipelineProps, region = 'us-east-1'): Stack {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region } });
  new ModelPipeline(stack, 'Model', {
    pipelineName: 'flights',
    training: { source: 'examples/flights/source' },
    data: { label: 'late' },
    ...props,
  });
  return stack;
}

describe('the estimate of a pipeline at synthesis', () => {
  test('is of its instances, by the prices of its region and their date', () => {
    const stack = stackOf({ hosting: { instanceType: 'ml.m5.xlarge', instanceCount: 2 } });
    // 2 x 0.23 x 730; a release has as many instances once more; trainings run on one ml.m5.large.
    Annotations.fromStack(stack).hasInfo(
      '*',
      Match.stringLikeRegexp(
        '335.80 USD a month for hosting, and 0.46 USD more for each hour of a release; 0.1[12] USD for each hour of a training.*prices of 2025-01-26',
      ),
    );
  });

  test('names types without a price', () => {
    const prices = PriceTable.of({ ...PRICES, instanceHours: { 'ml.c5.large': 0.1 } });
    const stack = stackOf({ cost: { prices }, hosting: { instanceType: 'ml.c5.large' } }, 'eu-central-1');
    Annotations.fromStack(stack).hasInfo(
      '*',
      Match.stringLikeRegexp('73.00 USD a month for hosting.*no price of ml.m5.large'),
    );
  });

  test('warns of prices that are of another region, and is left out where none are known', () => {
    const prices = PriceTable.of({ ...PRICES, instanceHours: { 'ml.m5.large': 0.138 } });
    Annotations.fromStack(stackOf({ cost: { prices } }, 'eu-north-1')).hasWarning(
      '*',
      Match.stringLikeRegexp('cost.prices are of another region than eu-north-1'),
    );
    const unknown = Annotations.fromStack(stackOf({}, 'eu-north-1'));
    expect(unknown.findInfo('*', Match.stringLikeRegexp('estimated cost'))).toEqual([]);
  });
});

describe('a budget', () => {
  test('is of what has the tag of the pipeline, and notifies its topic', () => {
    const template = Template.fromStack(stackOf({ cost: { monthlyBudget: 500 } }));
    const subscribers = [{ SubscriptionType: 'SNS', Address: { Ref: Match.stringLikeRegexp('Topic') } }];
    template.hasResourceProperties('AWS::Budgets::Budget', {
      Budget: {
        BudgetType: 'COST',
        TimeUnit: 'MONTHLY',
        BudgetLimit: { Amount: 500, Unit: 'USD' },
        CostFilters: { TagKeyValue: ['user:model-pipeline$flights'] },
      },
      NotificationsWithSubscribers: [
        { Notification: { NotificationType: 'ACTUAL', Threshold: 80 }, Subscribers: subscribers },
        { Notification: { NotificationType: 'FORECASTED', Threshold: 100 }, Subscribers: subscribers },
      ],
    });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: 'budgets.amazonaws.com' },
            Action: 'sns:Publish',
            Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
          }),
        ]),
      },
    });
  });

  test('does not exist by default', () => {
    Template.fromStack(stackOf({})).resourceCountIs('AWS::Budgets::Budget', 0);
  });

  test.each<[CostProps, string]>([
    [{ monthlyBudget: 0 }, 'cost.monthlyBudget must be a number of US dollars above 0, got 0'],
    [{ monthlyBudget: -5 }, 'cost.monthlyBudget must be a number of US dollars above 0, got -5'],
  ])('%j is refused', (cost, problem) => {
    expect(() => stackOf({ cost })).toThrow(problem);
  });
});

describe('prices of a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'prices-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ['nothing', 'prices in .*nothing: '],
    ['[]', 'region must be a text'],
    [JSON.stringify({ ...PRICES, instanceHours: {} }), 'instanceHours must have a price of a type at least'],
    [
      JSON.stringify({ ...PRICES, instanceHours: { 'ml.m5.large': '0.1' } }),
      'the price of ml.m5.large must be a number of US dollars an hour, got 0.1; model-pipeline prices writes such a file',
    ],
  ])('%s is refused', (text, problem) => {
    const path = join(folder, text === 'nothing' ? 'nothing' : 'prices.json');
    if (text !== 'nothing') writeFileSync(path, text);
    expect(() => PriceTable.fromFile(path)).toThrow(new RegExp(problem));
  });
});
