import * as z from 'zod/mini';
import type { PipelineLifecycleSettings } from '../../contracts/functions/lifecycle';
import { RUNBOOK, type RunbookId } from '../../contracts/runbook';
import type { Environment } from '../aws/environment';
import type { ArtifactStore } from '../aws/store';
import { runbookOf } from '../domain/pages/runbook/runbook';
import { runbookMarkdown } from '../domain/pages/runbook/runbook-markdown';
import { runbookPage } from '../domain/pages/runbook/runbook-page';
import { runbookKey } from '../domain/records/bucket-layout';
import { parseDocument } from '../domain/records/document';

export interface WriteRunbookProps {
  readonly environment: Environment<
    Pick<PipelineLifecycleSettings, 'hasEndpoint' | 'releaseStateMachineArn'>
  >;
  readonly store: Pick<ArtifactStore, 'write'>;
}

/** Writes the runbook as a page and as Markdown. @param property of the custom resource */
export async function writeRunbook(
  property: string | undefined,
  { environment, store }: WriteRunbookProps,
): Promise<void> {
  if (property === undefined) return;
  const { alarms } = parseDocument(runbookProperty, property, 'the property Runbook');
  const { pipelineName, bucketName, endpointName, modelPackageGroup, topicArn, settings } = environment;
  const names = {
    ...(settings.hasEndpoint && { endpoint: endpointName }),
    bucket: bucketName,
    'model package group': modelPackageGroup,
    'release workflow': settings.releaseStateMachineArn,
    topic: topicArn,
  };
  const runbook = runbookOf(pipelineName, names, alarms);
  await store.write(runbookKey('html'), runbookPage(runbook));
  await store.write(runbookKey('md'), runbookMarkdown(runbook));
}

const sections = Object.keys(RUNBOOK) as [RunbookId, ...RunbookId[]];
const runbookProperty = z.object({
  alarms: z.array(z.object({ section: z.enum(sections), name: z.string() })),
});
