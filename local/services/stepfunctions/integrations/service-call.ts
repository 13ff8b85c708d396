import { AwsError } from '../../../gateway/aws-error';
import { ConnectionLostError } from '../../../gateway/faults';
import type { SdkModel } from '../../../gateway/sdk-model';
import { isObject, type Json, type JsonObject } from '../definition/definition';
import type { Engine } from '../interpreter/engine';
import { StateError } from '../interpreter/state-error';
import type { Waiting } from '../interpreter/waiting';
import {
  type CallInput,
  fromSdkOutput,
  type TimestampFormat,
  toSdkInput,
  UnsupportedField,
} from './sdk-shapes';

/** How an integration names what its service answers. */
export interface ErrorNaming {
  /** The name of an error that the service's API describes; `name` ends in `Exception`. */
  modelled(name: string): string;
  /** The name of all others, e.g. of missing permissions. */
  readonly other: string;
  /** The name of calls without an answer. */
  readonly unanswered: string;
  cause(error: AwsError, status: number, requestId: string): string;
}

export interface ServiceCall {
  /** Its name in the local cloud. */
  readonly service: string;
  readonly operation: string;
  readonly input: CallInput;
  readonly naming: ErrorNaming;
  readonly timestamps: TimestampFormat;
}

/**
 * Calls an operation of the service of an optimized integration. @throws StateError as {@link callService}
 */
export type ServiceOperations = (
  engine: Engine,
  operation: string,
  input: CallInput,
  waiting: Waiting,
) => Promise<JsonObject>;

/** The operations of a service, as its optimized integrations call them. */
export function operationsOf(service: string, naming: ErrorNaming): ServiceOperations {
  return async (engine, operation, input, waiting) =>
    (await callService(engine, waiting, {
      service,
      operation,
      input,
      naming,
      timestamps: 'milliseconds',
    })) as JsonObject;
}

/**
 * Calls a service as the machine's role.
 *
 * @throws StateError named as the integration does
 */
export async function callService(engine: Engine, waiting: Waiting, call: ServiceCall): Promise<Json> {
  const { service, operation, naming } = call;
  const model = engine.models.of(service);
  const schema = model?.operations.get(operation);
  if (!model || !schema) {
    throw new StateError(naming.other, `the local cloud does not implement ${service}:${operation}`);
  }
  const input = sdkInput(() => toSdkInput(schema.input, call.input), call.input);
  try {
    const output = await waiting.for(
      engine.cloud.call(service, operation, input as object, engine.execution.principal, { mayFail: true }),
    );
    return fromSdkOutput(schema.output, output ?? {}, call.timestamps);
  } catch (error) {
    if (error instanceof ConnectionLostError) {
      throw new StateError(naming.unanswered, `Unable to execute HTTP request: ${error.message}`);
    }
    if (!(error instanceof AwsError)) throw error;
    throw stateError(error, model, naming, engine.cloud.uuid());
  }
}

/** @throws StateError if the arguments are not those of the API */
export function sdkInput<Input>(convert: () => Input, given: CallInput): Input {
  const refuse = (why: string) =>
    new StateError(
      'States.Runtime',
      `The Parameters '${JSON.stringify(given)}' could not be used to start the Task: [${why}]`,
    );
  if (!isObject(given)) throw refuse('The value is not an object');
  try {
    return convert();
  } catch (error) {
    throw error instanceof UnsupportedField ? refuse(error.message) : error;
  }
}

function stateError(error: AwsError, model: SdkModel, naming: ErrorNaming, requestId: string): StateError {
  const isJson = model.protocol === 'json' || model.protocol === 'rest-json';
  const code = error.code === 'AccessDenied' && isJson ? 'AccessDeniedException' : error.code;
  const known = model.error(code);
  const name = known ? naming.modelled(exceptionName(code)) : naming.other;
  const status = error.options.status ?? known?.status ?? 400;
  return new StateError(name, naming.cause(new AwsError(code, error.message), status, requestId));
}

/** AWS's Java SDK, which Step Functions uses, ends all its exceptions so. */
function exceptionName(code: string): string {
  return code.endsWith('Exception') ? code : `${code.replace(/Fault$/, '')}Exception`;
}
