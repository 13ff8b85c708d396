import { App, Duration, Stack } from 'aws-cdk-lib';
import { ModelPipeline, PromotionRule, ReleaseStrategy, UndecidedAction } from 'cdk-model-pipeline';

const app = new App();
const stack = new Stack(app, 'Churn');

new ModelPipeline(stack, 'Model', {
  pipelineName: 'churn',
  training: { source: '../minimal/model' },
  data: { label: 'churned' },
  promotion: {
    rules: [PromotionRule.superior(), PromotionRule.atLeast(0.7)],
    // A person decides on a challenger if the holdout has too few rows to judge it.
    ifUndecided: UndecidedAction.ASK_PERSON,
    approvalTimeout: Duration.days(1),
  },
  // The challenger answers copies of requests first. Then a person approves it, and traffic moves in steps.
  releaseStrategy: ReleaseStrategy.shadow({
    duration: Duration.hours(2),
    minimumAgreement: 0.9,
    followedBy: ReleaseStrategy.blueGreen({
      canary: [0.1, 0.5],
      stepDuration: Duration.minutes(30),
      approval: { timeout: Duration.hours(8) },
    }),
  }),
});
