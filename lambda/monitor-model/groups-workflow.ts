import type { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { startOnce } from '../aws/start-once';
import { checkDocument } from '../domain/records/document';
import { tryParseJson } from '../domain/records/json';
import type { GroupedHourInput, GroupedHoursProps } from './grouped-hours';

/** Starts the workflow that profiles groups of files: once by each name. */
export function groupsWorkflow(
  stepFunctions: Pick<SFNClient, 'send'>,
  stateMachineArn: string,
): GroupedHoursProps['start'] {
  return (name, input) => startOnce(stepFunctions, { stateMachineArn, name, input: JSON.stringify(input) });
}

/** Whether an event is that of a workflow's end. */
export function isOfWorkflow(event: unknown): boolean {
  return z.object({ source: z.literal('aws.states') }).safeParse(event).success;
}

/** The hour whose groups a workflow has profiled; undefined if the event is that of one of its groups. */
export function timeOfGroupedHour(event: unknown): Pick<GroupedHourInput, 'time'> | undefined {
  const { detail } = checkDocument(workflowEnd, event, "event of a workflow's end");
  return groupedHourInput.safeParse(tryParseJson(detail.input)).data;
}

// https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
const workflowEnd = z.object({ detail: z.object({ input: z.string() }) });
const groupedHourInput = z.object({ time: z.iso.datetime() });
