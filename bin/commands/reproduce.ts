import type { Command } from 'commander';
import * as z from 'zod/mini';
import { ModelRegistry } from '../../lambda/aws/model-registry';
import { figure } from '../../lambda/domain/gate/figures';
import { modelKey } from '../../lambda/domain/records/bucket-layout';
import { parseDocument } from '../../lambda/domain/records/document';
import { CliError } from '../cli/cli-error';
import { contextOf } from '../cli/command-context';
import { differenceText } from '../cli/library-differences';
import { table } from '../cli/output';
import { Reproduction } from '../cli/reproduction';
import { compareWithNoise } from '../cli/reproduction-noise';

export function addReproduceCommand(program: Command): void {
  program
    .command('reproduce')
    .description('train a version again from its records, and compare the results')
    .argument('<version>', 'such as 1.2.0')
    .addHelpText(
      'after',
      [
        '',
        'It uses the data, code, image, hyperparameters and instance type of the training job of the version. It fails if a',
        "metric of the result is outside the 95 % interval of the version's own metric on the same holdout.",
        'Libraries that the image lacks are resolved again from the requirements of the scripts; different versions are listed.',
        'Your credentials must be allowed to pass the roles of training and scoring.',
      ].join('\n'),
    )
    .action(async (modelVersion: string, _options: object, command: Command) => {
      const { aws, output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const version = await new ModelRegistry(aws.sagemaker, pipeline.resources.modelPackageGroup).get(
        modelVersion,
      );
      const { origin } = version.properties;
      if (origin !== undefined) {
        throw new CliError(
          `version ${modelVersion} was trained elsewhere (${origin}): its training is not recorded here, so that it cannot be repeated`,
        );
      }
      const card = await pipeline.objects.read(modelKey(modelVersion, 'model-card.json'));
      const { training_details } = parseDocument(trainedBy, card, `model card of ${modelVersion}`);
      const trainingJob = training_details.training_job_details.training_arn.split('/').at(-1) as string;
      const reproduction = new Reproduction(aws, output, pipeline, version);
      const job = await reproduction.train(trainingJob);
      const artifact = job.ModelArtifacts?.S3ModelArtifacts ?? '';
      const { files: differing, libraries } = await reproduction.differences(artifact);
      const others =
        libraries.length > 0 ? `other libraries: ${libraries.map(differenceText).join(', ')}` : '';
      if (differing.length === 0) {
        output.result(
          { modelVersion, artifact, same: 'bitwise', differing, libraries },
          () => `version ${modelVersion} was reproduced, each file identical: ${artifact}`,
        );
        return;
      }
      const { labels, original, again } = await reproduction.scores(artifact, job);
      const metrics = compareWithNoise(labels, original, again);
      const apart = metrics.filter(({ withinNoise }) => !withinNoise);
      if (apart.length > 0) {
        const each = apart.map(({ title, was, is }) => `${title} is ${figure(is)} and was ${figure(was)}`);
        throw new CliError(
          `version ${modelVersion} was not reproduced: ${[...each, ...(others ? [others] : [])].join('; ')}; the result is at ${artifact}`,
        );
      }
      output.result({ modelVersion, artifact, same: 'within-noise', differing, libraries, metrics }, () =>
        [
          `version ${modelVersion} was reproduced within noise: ${artifact}`,
          `not identical: ${differing.join(', ')}`,
          ...(others ? [others] : []),
          table(
            ['metric', modelVersion, 'again', 'noise'],
            metrics.map(({ title, was, is, noise }) => [title, figure(was), figure(is), `±${figure(noise)}`]),
          ),
        ].join('\n'),
      );
    });
}

export const trainedBy = z.object({
  training_details: z.object({ training_job_details: z.object({ training_arn: z.string() }) }),
});
