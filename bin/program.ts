import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from './cli/package-root';
import { addApprovalCommands } from './commands/approval';
import { addBaselineCommand } from './commands/baseline';
import { addBatchCommands } from './commands/batch';
import { addCompareCommand } from './commands/compare';
import { addCostCommand } from './commands/cost';
import { addDemoCommand } from './commands/demo';
import { addDiffCommand } from './commands/diff';
import { addDoctorCommand } from './commands/doctor';
import { addDriftCommand } from './commands/drift';
import { addEvaluationCommand } from './commands/evaluation';
import { addFleetCommand } from './commands/fleet';
import { addHistoryCommand } from './commands/history';
import { addInitCommand } from './commands/init';
import { addLocalCommands } from './commands/local';
import { addLogsCommand } from './commands/logs';
import { addMlflowChampionCommand } from './commands/mlflow-champion';
import { addPredictCommand } from './commands/predict';
import { addPricesCommand } from './commands/prices';
import { addProfileCommand } from './commands/profile';
import { addQualityCommand } from './commands/quality';
import { addRegisterCommand } from './commands/register';
import { addReleaseCommands } from './commands/release';
import { addReleasesCommand } from './commands/releases';
import { addRepairCommand } from './commands/repair';
import { addReproduceCommand } from './commands/reproduce';
import { addRetrainCommand } from './commands/retrain';
import { addRunbookCommand } from './commands/runbook';
import { addSchemaCommand } from './commands/schema';
import { addSignatureCommand } from './commands/signature';
import { addStatusCommand } from './commands/status';
import { addStreamCommand } from './commands/stream';

/** The operator's CLI with all its commands. It throws instead of leaving the process. */
export function newProgram(): Command {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };

  const program = new Command('model-pipeline')
    .description('Operate machine-learning models in production, on AWS and on the local cloud')
    .version(version)
    .option('--pipeline <name>', 'which pipeline, where there are several')
    .option('--json', 'one JSON document instead of text')
    .option('--debug', 'stack traces of errors')
    .addHelpText(
      'after',
      '\nExit codes: 0 success, 1 failure, 2 wrong usage, 3 refused or rolled back.\nRegion and credentials come from the environment, as with the aws CLI.',
    )
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });

  addInitCommand(program);
  addDemoCommand(program);
  addLocalCommands(program);
  addStatusCommand(program);
  addFleetCommand(program);
  addHistoryCommand(program);
  addCostCommand(program);
  addPricesCommand(program);
  addReleasesCommand(program);
  addEvaluationCommand(program);
  addDiffCommand(program);
  addRepairCommand(program);
  addReproduceCommand(program);
  addRetrainCommand(program);
  addRegisterCommand(program);
  addMlflowChampionCommand(program);
  addReleaseCommands(program);
  addApprovalCommands(program);
  addBatchCommands(program);
  addDriftCommand(program);
  addQualityCommand(program);
  addPredictCommand(program);
  addStreamCommand(program);
  addSchemaCommand(program);
  addSignatureCommand(program);
  addBaselineCommand(program);
  addProfileCommand(program);
  addCompareCommand(program);
  addLogsCommand(program);
  addRunbookCommand(program);
  addDoctorCommand(program);
  return program;
}
