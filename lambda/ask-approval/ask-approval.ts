import * as z from 'zod/mini';
import type { Notifier } from '../aws/notifier';
import { requestSchema } from '../aws/request-schema';
import type { ArtifactStore } from '../aws/store';
import type { Approval } from '../domain/records/approval';
import { approvalKey } from '../domain/records/bucket-layout';
import { checkDocument, modelVersionText } from '../domain/records/document';

export interface AskProps {
  readonly pipelineName: string;
  readonly store: ArtifactStore;
  readonly notifier: Notifier;
}

/** Asks people whether a release may go on. The workflow waits with the token until somebody answers. */
export async function askApproval(
  event: unknown,
  { pipelineName, store, notifier }: AskProps,
): Promise<void> {
  const { token, releaseId, modelVersion, champion, reason, execution, time } = checkDocument(
    question,
    event,
    'question for approval',
  );
  const approval: Approval = { version: 1, modelVersion, token, askedAt: time };
  await store.writeJson(approvalKey(releaseId), approval);
  const region = execution.split(':')[3] ?? '';
  const link = `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${execution}`;
  await notifier.tell({
    subject: `${pipelineName}: version ${modelVersion} waits for approval`,
    text: [
      `Version ${modelVersion} of ${pipelineName} has passed its smoke test, has no traffic yet, and waits for a person. Version ${champion} keeps serving.`,
      `Why it is released: ${reason}`,
      `What to do: model-pipeline approve, or model-pipeline reject --comment '...'`,
      `From a browser: the same command in https://${region}.console.aws.amazon.com/cloudshell/home?region=${region}`,
      `Workflow: ${link}`,
    ].join('\n'),
    event: {
      type: 'WaitingForApproval',
      detail: { releaseId, modelVersion, champion, reason, execution },
    },
    time: new Date(time),
    about: execution,
  });
}

const question = requestSchema(
  'ask-approval',
  z.object({
    token: z.string(),
    releaseId: z.string(),
    modelVersion: modelVersionText,
    champion: modelVersionText,
    reason: z.string(),
    execution: z.string(),
    time: z.iso.datetime(),
  }),
);
