#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { CliError, ExitCode, explain } from './cli/cli-error';
import { addDemoCommand } from './commands/demo';
import { addDoctorCommand } from './commands/doctor';
import { addHistoryCommand } from './commands/history';
import { addLocalCommands } from './commands/local';
import { addLogsCommand } from './commands/logs';
import { addReleaseCommands } from './commands/release';
import { addReleasesCommand } from './commands/releases';
import { addRetrainCommand } from './commands/retrain';
import { addStatusCommand } from './commands/status';

// Node 20 is supported here; the SDK's advance notice would stand before every answer.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const { version } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')) as {
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

addDemoCommand(program);
addLocalCommands(program);
addStatusCommand(program);
addHistoryCommand(program);
addReleasesCommand(program);
addRetrainCommand(program);
addReleaseCommands(program);
addLogsCommand(program);
addDoctorCommand(program);

program.parseAsync().catch((error: Error) => {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? ExitCode.SUCCESS : ExitCode.USAGE);
  process.stderr.write(
    `${program.opts<{ debug?: boolean }>().debug ? error.stack : `model-pipeline: ${explain(error)}`}\n`,
  );
  process.exit(error instanceof CliError ? error.exitCode : ExitCode.FAILURE);
});
