import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { ModelPipeline, PipelineEvents, PipelineEventType } from '../../lib';

describe('events of a pipeline', () => {
  const stack = new Stack(new App(), 'Test');
  const pipeline = new ModelPipeline(stack, 'Model', {
    pipelineName: 'churn',
    training: { source: 'examples/flights/source' },
    data: { label: 'churned' },
  });
  const target = new SqsQueue(new Queue(stack, 'Queue'));

  const options = (description: string) => ({
    target,
    description,
    eventPattern: { detail: { champion: ['1.0.0'] } },
  });
  pipeline.onEvent('All', options('all'));
  pipeline.onPromoted('Promoted', options('promoted'));
  pipeline.onRolledBack('RolledBack', options('rolled back'));
  const template = Template.fromStack(stack);

  test.each([
    ['all', { 'detail-type': undefined }],
    ['promoted', { 'detail-type': ['Promoted'] }],
    ['rolled back', { 'detail-type': ['RolledBack'] }],
  ])('have rules for this pipeline alone: %s', (Description, types) => {
    const [rule] = Object.values(
      template.findResources('AWS::Events::Rule', { Properties: { Description } }),
    );
    expect(rule?.Properties).toMatchObject({
      EventPattern: {
        source: ['model-pipeline'],
        detail: { pipeline: ['churn'], champion: ['1.0.0'] },
      },
      Targets: [{}],
    });
    expect(rule?.Properties.EventPattern['detail-type']).toEqual(types['detail-type']);
  });

  test('have a pattern for stacks that know the name only', () => {
    expect(PipelineEvents.eventPattern('churn', [PipelineEventType.DATA_REFUSED])).toEqual({
      source: ['model-pipeline'],
      detailType: ['DataRefused'],
      detail: { pipeline: ['churn'] },
    });
  });
});
