import type { Json, JsonObject } from '../definition/definition';
import { StateError } from '../interpreter/state-error';
import { type OptimizedAction, optimizedNaming } from './optimized-integration';
import { operationsOf } from './service-call';

const call = operationsOf(
  'states',
  optimizedNaming('StepFunctions', 'AWSStepFunctionsException', 'AWSStepFunctions'),
);

/** What `.sync` tells of the other execution. */
const TOLD = [
  'ExecutionArn',
  'Input',
  'InputDetails',
  'Name',
  'Output',
  'OutputDetails',
  'StartDate',
  'StateMachineArn',
  'Status',
  'StopDate',
  'Error',
  'Cause',
];

/** `arn:aws:states:::states:startExecution`: another machine as a task. */
export const statesStartExecution: OptimizedAction = {
  patterns: ['request', 'sync', 'sync:2', 'waitForTaskToken'],
  service: 'states',
  operation: 'StartExecution',
  fields: ['StateMachineArn', 'Input', 'Name', 'TraceHeader'],
  required: ['StateMachineArn'],
  call: (engine, input, waiting) => call(engine, 'StartExecution', input, waiting),

  job: {
    managedRule: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',

    async waitForEnd(engine, { output, pattern }, waiting) {
      const ExecutionArn = output.ExecutionArn as string;
      await waiting.for(engine.executionEnded(ExecutionArn));
      const described = (await call(engine, 'DescribeExecution', { ExecutionArn }, waiting)) as JsonObject;
      const told = Object.fromEntries(Object.entries(described).filter(([name]) => TOLD.includes(name)));
      if (told.Status !== 'SUCCEEDED') throw new StateError('States.TaskFailed', JSON.stringify(told));
      return pattern === 'sync:2'
        ? { ...told, Input: parsed(told.Input), Output: parsed(told.Output) }
        : told;
    },

    stop: (engine, { output }, waiting) =>
      call(engine, 'StopExecution', { ExecutionArn: output.ExecutionArn as string }, waiting),
  },
};

function parsed(text: Json | undefined): Json {
  return JSON.parse((text as string | undefined) ?? 'null') as Json;
}
