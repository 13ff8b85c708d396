import { type Command, InvalidArgumentError } from 'commander';
import type { StartResult } from '../../lambda/trigger-retraining/start-retraining';
import { CliError, ExitCode } from '../cli/cli-error';
import { contextOf } from '../cli/command-context';
import { invokeFunction } from '../cli/invoke-function';
import { uploadTrainingData } from '../cli/upload-training-data';
import { waitForExecution } from '../cli/wait-for-execution';

interface RetrainOptions {
  readonly reason: string;
  readonly hyperparameter: Record<string, string>;
  readonly data: readonly string[];
  readonly force?: boolean;
  readonly wait?: boolean;
}

export function addRetrainCommand(program: Command): void {
  program
    .command('retrain')
    .description('train a challenger; it is released only if it beats production')
    .option('--reason <text>', 'why, for the ledger', 'requested by a person')
    .option('--hyperparameter <name=value>', 'override one hyperparameter (repeatable)', hyperparameter, {})
    .option('--data <file>', 'upload a file of labeled data first (repeatable)', another, [])
    .option('--force', 'ignore the cool-down')
    .option('--wait', 'wait for the end; exit code 3 if the challenger is refused')
    .action(async (options: RetrainOptions, command: Command) => {
      const { aws, output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const { triggerFunction } = pipeline.resources;
      if (!triggerFunction) {
        throw new CliError(
          `the model of ${pipeline.name} is trained elsewhere, so that it cannot be retrained here: register a new version (model-pipeline register)`,
        );
      }
      for (const file of options.data) {
        output.progress(`uploaded ${await uploadTrainingData(aws, pipeline, file)}`);
      }
      const payload = {
        trigger: 'manual',
        reason: options.reason,
        force: options.force ?? false,
        ...(Object.keys(options.hyperparameter).length > 0 && { hyperparameters: options.hyperparameter }),
      };
      const answer = await invokeFunction<StartResult>(aws, triggerFunction, payload);
      if (!answer.started || !answer.executionArn) {
        throw new CliError(`no retraining was started: ${answer.why}`, ExitCode.REFUSED);
      }
      if (!options.wait) {
        output.result(answer, () => `retraining started: ${answer.executionArn}`);
        return;
      }
      const result = await waitForExecution(aws, pipeline, answer.executionArn, output);
      output.result(result, () => `version ${result.modelVersion} was promoted`);
    });
}

function another(file: string, previous: readonly string[]): string[] {
  return [...previous, file];
}

function hyperparameter(text: string, previous: Record<string, string>): Record<string, string> {
  const [name, ...value] = text.split('=');
  if (!name || value.length === 0)
    throw new InvalidArgumentError('must look like name=value, for example max_iter=200');
  return { ...previous, [name]: value.join('=') };
}
