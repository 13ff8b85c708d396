import * as z from 'zod/mini';
import type { ExecutionEnd } from '../../contracts/functions/release';
import { checkDocument } from '../domain/records/document';
import { errorReason } from '../domain/records/error-reason';
import { tryParseJson } from '../domain/records/json';
import { executionEnd, type Failure, failedExecution, type Workflow } from './failure';

/**
 * What the messages of the pipeline's queue of failures tell: the end of a workflow, an event that a function
 * could not handle, or one that EventBridge could not deliver.
 */
export function failuresIn(event: unknown, machines: StateMachines): Failure[] {
  const { Records } = checkDocument(queueEvent, event, "event of the pipeline's failures");
  return Records.map((record) => failureIn(record, machines));
}

/** ARNs of the state machines whose executions are watched. */
export interface StateMachines {
  readonly restore: string;
  readonly registration: string;
  /** Undefined if there are no retrainings. */
  readonly retraining?: string | undefined;
}

type Message = z.infer<typeof message>;

function failureIn({ messageId, body, messageAttributes }: Message, machines: StateMachines): Failure {
  const content = tryParseJson(body);
  const lost = lostEvent(content, messageAttributes);
  if (lost) return lost;
  const end = statusChange.safeParse(content).data?.detail;
  if (end) return failedExecution(workflowOf(end, machines), end);
  const invocation = failedInvocation.safeParse(content).data;
  if (invocation) return failedEvent(invocation);
  return {
    about: `message:${messageId}`,
    what: 'unknown',
    title: 'an unknown failure',
    reason: body.slice(0, 300),
    remedy: 'find out what sent this message to the queue of failures',
  };
}

/**
 * An event that EventBridge could not deliver to the target of a rule.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
function lostEvent(content: unknown, attributes: Message['messageAttributes']): Failure | undefined {
  const value = (name: string) => attributes[name]?.stringValue;
  const rule = value('RULE_ARN')?.split('/').at(-1);
  if (rule === undefined) return undefined;
  const event = deliveredEvent.safeParse(content).data;
  const target = value('TARGET_ARN')?.split(':').slice(5).join(':') ?? 'its target';
  const name = event?.detail?.name;
  return {
    about: `${rule}:${event?.id ?? 'unknown'}`,
    what: 'event',
    title: 'an event was lost',
    reason: `EventBridge could not deliver ${event?.['detail-type'] ?? 'an event'}${name ? ` of ${name}` : ''} from the rule ${rule} to ${target}: ${value('ERROR_CODE')}: ${value('ERROR_MESSAGE')}`,
    remedy:
      'the event started nothing: after a release that ended early, run model-pipeline rollback; otherwise, model-pipeline status shows what to do',
  };
}

/** An event that a function could not handle, with all its retries. */
function failedEvent({ requestContext, responsePayload }: z.infer<typeof failedInvocation>): Failure {
  const { functionArn, requestId, condition, approximateInvokeCount } = requestContext;
  const name = functionArn.split(':')[6] ?? functionArn;
  const { errorType, errorMessage } = responsePayload ?? {};
  const why = errorType
    ? errorReason({ Error: errorType, Cause: errorMessage ?? null })
    : 'it gave no answer';
  return {
    about: `${name}:${requestId}`,
    what: 'function',
    title: 'a function failed',
    reason: `${name} gave up an event after ${approximateInvokeCount} attempts (${condition}): ${why}`,
    remedy: `check the log of the function ${name}; the event had no effect`,
  };
}

function workflowOf(
  { stateMachineArn }: ExecutionEnd,
  { restore, retraining, registration }: StateMachines,
): Workflow {
  if (stateMachineArn === restore) return 'restore';
  if (stateMachineArn === registration) return 'registration';
  return stateMachineArn === retraining ? 'retraining' : 'release';
}

const message = z.object({
  messageId: z.string(),
  body: z.string(),
  messageAttributes: z._default(z.record(z.string(), z.object({ stringValue: z.optional(z.string()) })), {}),
});

const queueEvent = z.object({ Records: z.array(message) });

const statusChange = z.object({ source: z.literal('aws.states'), detail: executionEnd });

const deliveredEvent = z.object({
  id: z.string(),
  'detail-type': z.string(),
  detail: z.optional(z.object({ name: z.optional(z.string()) })),
});

/** @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
const failedInvocation = z.object({
  requestContext: z.object({
    requestId: z.string(),
    functionArn: z.string(),
    condition: z.string(),
    approximateInvokeCount: z.number(),
  }),
  responsePayload: z.optional(
    z.object({ errorType: z.optional(z.string()), errorMessage: z.optional(z.string()) }),
  ),
});
