import type { Command } from 'commander';
import type { Answered } from '../../lambda/answer-approval/answer-approval';
import type { ChallengerAnswered } from '../../lambda/answer-challenger-approval/answer-challenger-approval';
import { CliError } from '../cli/cli-error';
import { type CommandContext, contextOf } from '../cli/command-context';
import { invokeFunction } from '../cli/invoke-function';
import { type OpenQuestion, openQuestions } from '../cli/open-questions';
import type { Pipeline } from '../cli/pipeline';
import { proveIdentity } from '../cli/prove-identity';

interface ApprovalOptions {
  readonly comment?: string;
}

export function addApprovalCommands(program: Command): void {
  const commands = {
    approve: 'approve the version that waits for a decision',
    reject: 'reject the version that waits for a decision',
  } as const;
  for (const decision of ['approve', 'reject'] as const) {
    program
      .command(decision)
      .description(commands[decision])
      .argument('[version]', 'model version to decide on; refused if another one waits')
      .option('--comment <text>', 'why, for the ledger')
      .action(async (modelVersion: string | undefined, { comment }: ApprovalOptions, command: Command) => {
        const context = contextOf(command);
        const { aws, output } = context;
        const { question, answerFunction } = await questionToAnswer(
          context,
          await context.pipeline(),
          modelVersion,
        );
        const given = { decision, comment, modelVersion: question.modelVersion };
        const answered = await invokeFunction<Answered | ChallengerAnswered>(aws, answerFunction, {
          ...given,
          proof: await proveIdentity(aws.sts, { ...given, question: question.uri, askedAt: question.since }),
        });
        output.result(answered, () => `version ${answered.modelVersion} was ${answered.answer}`);
      });
  }
}

/** What waits, and the function that answers for it. */
async function questionToAnswer(
  { aws }: CommandContext,
  pipeline: Pipeline,
  version: string | undefined,
): Promise<{ readonly question: OpenQuestion; readonly answerFunction: string }> {
  const { approvalFunction, challengerApprovalFunction } = pipeline.resources;
  if (!approvalFunction && !challengerApprovalFunction) {
    throw new CliError(
      "nothing in this pipeline waits for a decision; the release strategy's option 'approval' makes releases wait, and promotion.ifUndecided: UndecidedAction.ASK_PERSON makes undecided challengers wait",
    );
  }
  const all = await openQuestions(aws, pipeline);
  const [found, ...others] = all.filter(
    ({ modelVersion }) => version === undefined || modelVersion === version,
  );
  const waiting = all.map(({ modelVersion, about }) => `the ${about} of ${modelVersion}`).join(', ');
  if (!found) {
    throw new CliError(
      waiting
        ? `version ${version} does not wait for an answer; waiting is ${waiting}`
        : 'nothing waits for a decision',
    );
  }
  if (others.length > 0) throw new CliError(`several versions wait: ${waiting}; specify one`);
  const answerFunction = found.about === 'release' ? approvalFunction : challengerApprovalFunction;
  return { question: found, answerFunction: answerFunction as string };
}
