import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFile } from '../repository-file';
import { installInto, packedPackages } from './packed-packages';

/** The app of `examples/python-app` and `go-app`, line by line. */
const SAME_APP = `
const { App, Duration, Stack } = require('aws-cdk-lib');
const { ModelPipeline, PromotionRule, ReleaseStrategy } = require('cdk-model-pipeline');
const app = new App();
const stack = new Stack(app, 'LateFlights');
new ModelPipeline(stack, 'Model', {
  pipelineName: 'late-flights',
  training: { source: '../flights/source', hyperparameters: { 'max-iter': '200' } },
  data: { label: 'late' },
  promotion: { rules: [PromotionRule.superior(), PromotionRule.atLeast(0.7)] },
  releaseStrategy: ReleaseStrategy.blueGreen({
    canary: [0.05, 0.25],
    stepDuration: Duration.minutes(15),
    bakeTime: Duration.hours(1),
  }),
  retraining: { onDrift: true, onNewData: true },
});
app.synth();
`;

/** The template of the app, from the folder that it was synthesized to. */
export function lateFlights(outdir: string): { readonly Resources: object } {
  return JSON.parse(readFileSync(join(outdir, 'LateFlights.template.json'), 'utf8'));
}

/** The template that the package for Node.js makes, in an empty folder. @param version of the CDK */
export function lateFlightsFromNode(folder: string, version: string): object {
  const { devDependencies } = JSON.parse(readFileSync(repositoryFile('package.json'), 'utf8'));
  const [constructs = ''] = packedPackages(join(folder, 'packed'));
  const peers = [`aws-cdk-lib@${version}`, `constructs@${devDependencies.constructs}`];
  installInto(folder, [constructs, ...peers]);
  writeFileSync(join(folder, 'app.js'), SAME_APP);
  execFileSync(process.execPath, [join(folder, 'app.js')], {
    cwd: repositoryFile('examples', 'python-app'),
    stdio: 'pipe',
    env: { ...process.env, CDK_OUTDIR: join(folder, 'cdk.out') },
  });
  return lateFlights(join(folder, 'cdk.out'));
}
