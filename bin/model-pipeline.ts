#!/usr/bin/env node
import { type Command, CommanderError } from 'commander';
import { CliError, ExitCode, explain } from './cli/cli-error';
import { Output } from './cli/output';
import { newProgram } from './program';

// Node 20 is supported here; the SDK's advance notice would stand before every answer.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const program = newProgram();
const asksForJson = process.argv.includes('--json');
// With --json the error is the result, so that nothing but JSON is on standard output and scripts find it
// there.
if (asksForJson) silence(program);
program.parseAsync().catch((error: Error) => {
  const exitCode = exitCodeOf(error);
  const isAnswered = error instanceof CommanderError && (exitCode === ExitCode.SUCCESS || !asksForJson);
  if (!isAnswered) report(error, exitCode);
  process.exit(exitCode);
});

function silence(command: Command): void {
  command.configureOutput({ writeErr: () => {} });
  for (const each of command.commands) silence(each);
}

function report(error: Error, exitCode: ExitCode): void {
  const message = explain(error).replace(/^error: /, '');
  const { debug } = program.opts<{ debug?: boolean }>();
  if (asksForJson) {
    // There is one JSON document: of a command such as doctor, which says what is wrong in its result, that.
    if (Output.hasResult) return;
    const details = { message, name: error.name, exitCode, ...(debug && { stack: error.stack }) };
    process.stdout.write(`${JSON.stringify({ error: details }, undefined, 2)}\n`);
  } else {
    process.stderr.write(`${debug ? error.stack : `model-pipeline: ${message}`}\n`);
  }
}

function exitCodeOf(error: Error): ExitCode {
  if (error instanceof CliError) return error.exitCode;
  if (!(error instanceof CommanderError)) return ExitCode.FAILURE;
  return error.exitCode === 0 ? ExitCode.SUCCESS : ExitCode.USAGE;
}
