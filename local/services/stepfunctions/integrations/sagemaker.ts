import type { JsonObject } from '../definition/definition';
import { StateError } from '../interpreter/state-error';
import { type Job, type OptimizedAction, optimizedNaming } from './optimized-integration';
import { pascalCase } from './sdk-shapes';
import { operationsOf } from './service-call';

const POLL_MILLISECONDS = 5_000;

const call = operationsOf(
  'sagemaker',
  optimizedNaming('SageMaker', 'AmazonSageMakerException', 'AmazonSageMaker'),
);

/** `arn:aws:states:::sagemaker:*` */
export const sagemakerActions: Readonly<Record<string, OptimizedAction>> = {
  createTrainingJob: sagemakerJob('TrainingJob', 'StepFunctionsGetEventsForSageMakerTrainingJobsRule'),
  createTransformJob: sagemakerJob('TransformJob', 'StepFunctionsGetEventsForSageMakerTransformJobsRule'),
  createProcessingJob: sagemakerJob('ProcessingJob', 'StepFunctionsGetEventsForSageMakerProcessingJobsRule'),
  createHyperParameterTuningJob: sagemakerJob(
    'HyperParameterTuningJob',
    'StepFunctionsGetEventsForSageMakerTuningJobsRule',
  ),
  createModel: sagemakerCall('createModel'),
  createEndpointConfig: sagemakerCall('createEndpointConfig'),
  createEndpoint: sagemakerCall('createEndpoint'),
  updateEndpoint: sagemakerCall('updateEndpoint'),
};

function sagemakerCall(action: string): OptimizedAction {
  const operation = pascalCase(action);
  return {
    patterns: ['request'],
    service: 'sagemaker',
    operation,
    call: (engine, input, waiting) => call(engine, operation, input, waiting),
  };
}

/** @param kind e.g. `TrainingJob`; its operations and members are named after it */
function sagemakerJob(kind: string, managedRule: string): OptimizedAction {
  const named = ({ input }: { readonly input: JsonObject }) => ({
    [`${kind}Name`]: input[`${kind}Name`] ?? null,
  });
  const job: Job = {
    managedRule,

    async waitForEnd(engine, begun, waiting) {
      for (;;) {
        await waiting.sleep(POLL_MILLISECONDS);
        const described = await call(engine, `Describe${kind}`, named(begun), waiting);
        const status = described[`${kind}Status`];
        if (status === 'Completed') return described;
        if (status === 'Failed' || status === 'Stopped')
          throw new StateError('States.TaskFailed', JSON.stringify(described));
      }
    },

    stop: (engine, begun, waiting) => call(engine, `Stop${kind}`, named(begun), waiting),
  };
  return { ...sagemakerCall(`create${kind}`), patterns: ['request', 'sync'], job };
}
