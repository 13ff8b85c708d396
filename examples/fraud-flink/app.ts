import { App, Duration, Stack } from 'aws-cdk-lib';
import { DataSchema, ModelPipeline, ReleaseStrategy } from 'cdk-model-pipeline';

const app = new App();

// The model of the example fraud-stream, served by an endpoint, which the Flink job invokes.
new ModelPipeline(new Stack(app, 'FraudFlink'), 'Model', {
  pipelineName: 'fraud-flink',
  training: { source: '../fraud-stream/model' },
  data: { label: 'fraud', schema: DataSchema.fromFile('../fraud-stream/data/schema.json') },
  releaseStrategy: ReleaseStrategy.canary({
    share: 0.1,
    stepDuration: Duration.minutes(15),
    bakeTime: Duration.hours(1),
  }),
});
