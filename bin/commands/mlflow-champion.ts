import type { Command } from 'commander';
import { ModelRegistry } from '../../lambda/aws/model-registry';
import { CliError } from '../cli/cli-error';
import { contextOf } from '../cli/command-context';
import { MlflowClient } from '../mlflow/mlflow-client';
import { mlflowVersionIn } from '../mlflow/mlflow-origin';

/** Tag of the MLflow version that tells which version of the pipeline it is. */
const TAG = 'model-pipeline.version';

export function addMlflowChampionCommand(program: Command): void {
  program
    .command('mlflow-champion')
    .description('point an alias of the MLflow registry to the version in production')
    .option('--alias <alias>', 'the alias', 'champion')
    .addHelpText(
      'after',
      `\nThe MLflow version also gets the tag ${TAG}. MLFLOW_TRACKING_URI names the server; MLFLOW_TRACKING_TOKEN, or\nMLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, grant access to it.`,
    )
    .action(async ({ alias }: { readonly alias: string }, command: Command) => {
      const { aws, output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const { production } = await pipeline.routing();
      if (!production)
        throw new CliError(`${pipeline.name} serves nothing yet: release a version, and run this again`);
      const { modelVersion } = production;
      const registry = new ModelRegistry(aws.sagemaker, pipeline.resources.modelPackageGroup);
      const { origin } = (await registry.get(modelVersion)).properties;
      const source = mlflowVersionIn(origin);
      if (!source) {
        throw new CliError(
          `version ${modelVersion}, which is in production, does not come from an MLflow registry, but from ${origin ?? 'a training of this pipeline'}: nothing was changed there`,
        );
      }
      const client = new MlflowClient(process.env);
      if (client.address !== source.address) {
        throw new CliError(
          `version ${modelVersion} comes from ${source.address}, and MLFLOW_TRACKING_URI is ${client.address}: set it to the first`,
        );
      }
      await client.setTag(source, TAG, modelVersion);
      await client.setAlias(source, alias);
      const { name, version } = source;
      output.result(
        { modelVersion, name, version, alias },
        () => `models:/${name}@${alias} is version ${version}, which serves as ${modelVersion}`,
      );
    });
}
