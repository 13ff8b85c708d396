import { App } from 'aws-cdk-lib';
import { ModelPipelineStack } from '../../lib';

test("a pipeline's stack passes CDK's own validation of templates", () => {
  // `setup.js` turns it off, since its rules take seconds to load.
  jest.replaceProperty(process, 'env', { ...process.env, CDK_VALIDATION: 'true' });
  const app = new App();
  new ModelPipelineStack(app, 'Stack', {
    pipeline: { training: { source: 'examples/flights/source' }, data: { label: 'late' } },
  });
  expect(() => app.synth()).not.toThrow();
});
