import type { Command } from 'commander';
import { Aws } from './aws';
import { Output } from './output';
import { Pipeline } from './pipeline';

/** What the commands share: clients, output, and the pipeline that is meant. */
export interface CommandContext {
  readonly aws: Aws;
  readonly output: Output;
  pipeline(): Promise<Pipeline>;
}

export interface GlobalOptions {
  readonly json?: boolean;
  readonly debug?: boolean;
  readonly pipeline?: string;
}

/** The context of a command, from the options before and after its name. */
export function contextOf(command: Command): CommandContext {
  const options = command.optsWithGlobals<GlobalOptions>();
  const aws = new Aws();
  return {
    aws,
    output: new Output(options.json ?? false),
    pipeline: () => Pipeline.find(aws, options.pipeline),
  };
}
