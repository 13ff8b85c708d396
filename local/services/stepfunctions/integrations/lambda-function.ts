import type { InvocationResponse } from '@aws-sdk/client-lambda';
import type { Json } from '../definition/definition';
import type { Engine } from '../interpreter/engine';
import { StateError } from '../interpreter/state-error';
import type { Waiting } from '../interpreter/waiting';
import { type OptimizedAction, optimizedNaming } from './optimized-integration';
import type { CallInput } from './sdk-shapes';
import { callService } from './service-call';

const naming = optimizedNaming('Lambda', 'AWSLambdaException', 'AWSLambda');

/**
 * `arn:aws:states:::lambda:invoke`: payloads are JSON, and a function's error is the task's. A text is taken
 * as the JSON that it holds: LocalStack recorded on AWS that a function gets `HelloWorld` from the payload
 * `"HelloWorld"`, quotes included, and 0.0 from the text `0.0` (`test_invoke_json_values`).
 */
export const lambdaInvoke: OptimizedAction = {
  patterns: ['request', 'waitForTaskToken'],
  service: 'lambda',
  operation: 'Invoke',
  fields: ['FunctionName', 'Payload', 'Qualifier', 'InvocationType', 'ClientContext', 'LogType'],
  required: ['FunctionName'],

  async call(engine, { Payload, ...input }, waiting) {
    const answer = await invoke(
      engine,
      { ...input, ...(Payload !== undefined && { Payload: payloadOf(Payload) }) },
      waiting,
    );
    return {
      ...(answer.ExecutedVersion !== undefined && { ExecutedVersion: answer.ExecutedVersion }),
      Payload: answer.payload,
      StatusCode: answer.StatusCode ?? 200,
    };
  },
};

/** A task whose resource is the function itself: input and output are the function's. */
export async function callFunction(
  engine: Engine,
  functionArn: string,
  input: Json,
  waiting: Waiting,
): Promise<Json> {
  const { payload } = await invoke(
    engine,
    { FunctionName: functionArn, Payload: Buffer.from(JSON.stringify(input)) },
    waiting,
  );
  return payload;
}

function payloadOf(value: Json): Buffer {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}

type Answer = Pick<InvocationResponse, 'ExecutedVersion' | 'StatusCode'> & { readonly payload: Json };

async function invoke(engine: Engine, input: CallInput, waiting: Waiting): Promise<Answer> {
  const output = (await callService(engine, waiting, {
    service: 'lambda',
    operation: 'Invoke',
    input,
    naming,
    timestamps: 'milliseconds',
  })) as { Payload?: string; FunctionError?: string; StatusCode?: number; ExecutedVersion?: string };
  const text = output.Payload ?? '';
  if (output.FunctionError) throw functionError(text);
  return { ...output, payload: text === '' ? {} : (JSON.parse(text) as Json) };
}

/** A function's error, by its own name. */
function functionError(payload: string): StateError {
  const { errorType } = (JSON.parse(payload || '{}') ?? {}) as { errorType?: unknown };
  if (typeof errorType === 'string' && errorType !== '') return new StateError(errorType, payload);
  return new StateError(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`,
  );
}
