import type { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import type { ParallelProfilingSettings } from '../../contracts/functions/monitoring';
import { startOnce } from '../aws/start-once';
import { checkDocument } from '../domain/records/document';
import { tryParseJson } from '../domain/records/json';
import { GROUP_SIZE } from '../domain/traffic/capture-groups';
import type { GroupedHourInput, GroupedHoursProps } from './grouped-hours';

/** The workflow that profiles groups of files, started once by each name, and how large a group is. */
export function parallelProfiling(
  stepFunctions: Pick<SFNClient, 'send'>,
  { stateMachineArn, groupBytes: bytes = GROUP_SIZE.bytes }: ParallelProfilingSettings,
): Pick<GroupedHoursProps, 'start' | 'size'> {
  return {
    start: (name, input) => startOnce(stepFunctions, { stateMachineArn, name, input: JSON.stringify(input) }),
    size: { ...GROUP_SIZE, bytes },
  };
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
