#!/usr/bin/env node
import { CommanderError } from 'commander';
import { CliError, ExitCode, explain } from './cli/cli-error';
import { newProgram } from './program';

// Node 20 is supported here; the SDK's advance notice would stand before every answer.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const program = newProgram();
program.parseAsync().catch((error: Error) => {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? ExitCode.SUCCESS : ExitCode.USAGE);
  process.stderr.write(
    `${program.opts<{ debug?: boolean }>().debug ? error.stack : `model-pipeline: ${explain(error)}`}\n`,
  );
  process.exit(error instanceof CliError ? error.exitCode : ExitCode.FAILURE);
});
