import * as z from 'zod/mini';
import type { Notifier } from '../aws/notifier';
import { requestSchema } from '../aws/request-schema';
import type { ArtifactStore } from '../aws/store';
import type { Approval } from '../domain/records/approval';
import { challengerApprovalKey } from '../domain/records/bucket-layout';
import { checkDocument, modelVersionText } from '../domain/records/document';

export interface AskChallengerProps {
  readonly pipelineName: string;
  readonly store: ArtifactStore;
  readonly notifier: Notifier;
}

/**
 * Asks people about a challenger that the gate could not judge. The workflow waits with the token until
 * somebody answers.
 */
export async function askChallengerApproval(
  event: unknown,
  { pipelineName, store, notifier }: AskChallengerProps,
): Promise<void> {
  const { token, execution, time, timeout, ...about } = checkDocument(
    question,
    event,
    'question for approval',
  );
  const { modelVersion, champion, reasons, report } = about;
  const region = execution.split(':')[3] ?? '';
  const approval: Approval = { version: 1, modelVersion, champion, token, askedAt: time };
  await store.writeJson(challengerApprovalKey(execution.split(':').at(-1) as string), approval);
  await notifier.tell({
    subject: `${pipelineName}: version ${modelVersion} waits for approval`,
    text: [
      `The data do not show whether the challenger ${modelVersion} of ${pipelineName} is better, so a person decides. ${champion ? `Version ${champion} keeps serving.` : 'Nothing is in production.'}`,
      `Why it is undecided: ${reasons.join('; ')}`,
      `What to do within ${timeout}: model-pipeline evaluation ${modelVersion}, then model-pipeline approve ${modelVersion}, or model-pipeline reject ${modelVersion} --comment '...'.`,
      `From a browser: the same commands in https://${region}.console.aws.amazon.com/cloudshell/home?region=${region}`,
      `Workflow: ${execution}`,
      `Report: ${report}`,
    ].join('\n'),
    event: { type: 'ChallengerWaiting', detail: { ...about, execution } },
    time: new Date(time),
    about: execution,
    // Another champion may be a reason to ask again.
    occasion: time,
  });
}

const text = z.string().check(z.minLength(1));

const question = requestSchema(
  'ask-challenger-approval',
  z.object({
    token: text,
    modelVersion: modelVersionText,
    champion: z.nullable(modelVersionText),
    dataVersion: text,
    modelPackageArn: text,
    reasons: z.array(z.string()),
    report: text,
    execution: text,
    time: z.iso.datetime(),
    timeout: text,
  }),
);
