import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Command } from 'commander';
import type { Answered } from '../../lambda/answer-approval/answer-approval';
import { CliError } from '../cli/cli-error';
import { contextOf } from '../cli/command-context';
import { invokeFunction } from '../cli/invoke-function';

interface ApprovalOptions {
  readonly comment?: string;
}

export function addApprovalCommands(program: Command): void {
  const commands = {
    approve: 'let the version that waits for a person have traffic',
    reject: 'take back the version that waits for a person',
  } as const;
  for (const [decision, description] of Object.entries(commands)) {
    program
      .command(decision)
      .description(description)
      .argument('[version]', 'model version that is meant; refused if another one waits')
      .option('--comment <text>', 'why, for the ledger')
      .action(async (modelVersion: string | undefined, { comment }: ApprovalOptions, command: Command) => {
        const { aws, output, pipeline: find } = contextOf(command);
        const { resources } = await find();
        if (!resources.approvalFunction) {
          throw new CliError(
            "releases of this pipeline wait for nobody; the release strategy's option 'approval' makes them wait",
          );
        }
        const { Arn: by } = await aws.sts.send(new GetCallerIdentityCommand({}));
        const answered = await invokeFunction<Answered>(aws, resources.approvalFunction, {
          decision,
          by,
          comment,
          modelVersion,
        });
        output.result(answered, () => `version ${answered.modelVersion} was ${answered.answer}`);
      });
  }
}
