import * as z from 'zod/mini';
import type { ExecutionEnd } from '../../contracts/functions/release';
import type { ChallengerWorkflow } from '../../contracts/functions/retraining';
import { errorReason } from '../domain/records/error-reason';

/** Something that failed. */
export interface Failure {
  /** ARN of the execution, or what else failed: the same for each message about the same failure. */
  readonly about: string;
  readonly what: Workflow | 'function' | 'event' | 'unknown';
  /** One line, for people: what failed. */
  readonly title: string;
  readonly reason: string;
  /** What a person can do. */
  readonly remedy: string;
}

/** The end of an execution, as Step Functions publishes it. */
export const executionEnd = z.object({
  executionArn: z.string(),
  stateMachineArn: z.optional(z.string()),
  name: z.string(),
  status: z.string(),
  error: z.nullish(z.string()),
  cause: z.nullish(z.string()),
});

/** What an execution was for. */
export type Workflow = 'release' | 'restore' | ChallengerWorkflow;

const TITLES: Readonly<Record<Workflow, string>> = {
  release: 'a release',
  restore: 'the workflow that rolls back a release',
  retraining: 'a retraining',
  registration: 'a registration',
};

const ENDS: Readonly<Record<string, string>> = {
  FAILED: 'failed',
  TIMED_OUT: 'timed out',
  ABORTED: 'was stopped',
};

const REMEDIES: Readonly<Record<Workflow, string>> = {
  release: 'check the states of the workflow, then release again: model-pipeline release',
  restore: 'traffic may still be split between two versions; roll back the release: model-pipeline rollback',
  retraining:
    'check the states of the workflow and model-pipeline logs, correct the cause, then: model-pipeline retrain',
  registration:
    'check the states of the workflow and model-pipeline logs, correct the cause, then: model-pipeline register',
};

/** The failure of an execution that ended before its end. */
export function failedExecution(workflow: Workflow, end: ExecutionEnd): Failure {
  const { executionArn, name, status, error, cause } = end;
  const why = error || cause ? errorReason({ Error: error ?? status, Cause: cause ?? null }) : status;
  return {
    about: executionArn,
    what: workflow,
    title: `${TITLES[workflow]} ${ENDS[status] ?? `ended as ${status}`}`,
    reason: `execution ${name}: ${why}`,
    remedy: REMEDIES[workflow],
  };
}
