import { App, Duration, Stack } from 'aws-cdk-lib';
import { DataSchema, ModelPipeline, ReleaseStrategy } from 'cdk-model-pipeline';

const app = new App();
const stack = new Stack(app, 'Churn');
new ModelPipeline(stack, 'Model', {
  pipelineName: 'churn',
  training: { source: 'model' },
  data: { label: 'churned', schema: DataSchema.fromFile('data/schema.json') },
  releaseStrategy: ReleaseStrategy.blueGreen({
    canary: [0.1],
    stepDuration: Duration.minutes(15),
    bakeTime: Duration.hours(1),
  }),
});
