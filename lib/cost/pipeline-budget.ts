import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface PipelineBudgetProps {
  readonly pipelineName: string;
  /** US dollars. */
  readonly monthlyLimit: number;
  readonly topic: ITopic;
}

/**
 * A monthly budget of what has a pipeline's tag.
 *
 * @see https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html for the topic's policy
 */
export function pipelineBudget(
  scope: Construct,
  { pipelineName, monthlyLimit, topic }: PipelineBudgetProps,
): CfnBudget {
  const principals = [new ServicePrincipal('budgets.amazonaws.com')];
  const conditions = { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } };
  topic.addToResourcePolicy(
    new PolicyStatement({ principals, actions: ['sns:Publish'], resources: [topic.topicArn], conditions }),
  );
  topic.masterKey?.addToResourcePolicy(
    new PolicyStatement({
      principals,
      actions: ['kms:GenerateDataKey*', 'kms:Decrypt'],
      resources: ['*'],
      conditions,
    }),
  );
  const notification = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
    notification: { notificationType, threshold, comparisonOperator: 'GREATER_THAN' },
    subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
  });
  return new CfnBudget(scope, 'Budget', {
    budget: {
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: monthlyLimit, unit: 'USD' },
      // A tag that users define, and its value:
      // https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html
      costFilters: { TagKeyValue: [`user:model-pipeline$${pipelineName}`] },
    },
    notificationsWithSubscribers: [notification('ACTUAL', 80), notification('FORECASTED', 100)],
  });
}
