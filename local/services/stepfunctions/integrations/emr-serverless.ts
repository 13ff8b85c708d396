import type { JsonObject } from '../definition/definition';
import { StateError } from '../interpreter/state-error';
import { type OptimizedAction, optimizedNaming } from './optimized-integration';
import { operationsOf } from './service-call';

const POLL_MILLISECONDS = 5_000;

const call = operationsOf(
  'emr-serverless',
  optimizedNaming('EmrServerless', 'EMRServerlessException', 'EMRServerless'),
);

/**
 * `arn:aws:states:::emr-serverless:startJobRun`: a job of Spark.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-emr-serverless.html
 */
export const emrServerlessStartJobRun: OptimizedAction = {
  patterns: ['request', 'sync'],
  service: 'emr-serverless',
  operation: 'StartJobRun',
  call: (engine, input, waiting) => call(engine, 'StartJobRun', input, waiting),

  job: {
    managedRule: 'StepFunctionsGetEventsForEMRServerlessJobRule',

    async waitForEnd(engine, { output }, waiting) {
      for (;;) {
        await waiting.sleep(POLL_MILLISECONDS);
        const { JobRun } = await call(engine, 'GetJobRun', named(output), waiting);
        const run = JobRun as JsonObject;
        if (run.State === 'SUCCESS') return run;
        if (run.State === 'FAILED' || run.State === 'CANCELLED')
          throw new StateError('States.TaskFailed', JSON.stringify(run));
      }
    },

    stop: (engine, { output }, waiting) => call(engine, 'CancelJobRun', named(output), waiting),
  },
};

function named({ ApplicationId = null, JobRunId = null }: JsonObject): JsonObject {
  return { ApplicationId, JobRunId };
}
