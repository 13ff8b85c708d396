import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-lambda';
import { AwsError } from '../../gateway/aws-error';
import type { HttpRoute } from '../../gateway/gateway';
import type { PolicyDocument } from '../../gateway/policy';
import type { Principal } from '../../gateway/principal';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { type AsynchronousEvent, AsynchronousEvents, type AttemptResult } from './asynchronous-events';
import { CodeStore } from './code-store';
import type { InvocationEnd, InvocationResult, StartEnvironment } from './environment';
import { checkEnvironmentKey } from './environment-key';
import { eventSourceOperations } from './event-source-operations';
import type { BatchResult } from './event-sources/event-source';
import type { EventSourceMapping } from './event-sources/event-source-mapping';
import { EventSourceMappings } from './event-sources/event-source-mappings';
import { type GiveUpCondition, type LastAttempt, sendRecord } from './failure-destination';
import { recordMetric } from './function-metrics';
import { parseFunctionName } from './function-name';
import { CODE_ROUTE, functionOperations } from './function-operations';
import { FunctionRunner, RUNTIME_API } from './function-runner';
import { FunctionStore, LATEST } from './function-store';
import { FunctionUrls } from './function-urls';
import { implementedInputs } from './inputs';
import { layerOperations } from './layer-operations';
import { lambdaPermissions } from './permissions';
import { functionPolicy, policyOperations } from './policy-operations';
import { ProvisionedConcurrencies } from './provisioned-concurrency';
import { lambdaResources } from './resources';
import type { FunctionVersion, StoredFunction } from './stored-function';
import { tagOperations } from './tag-operations';
import { DEFAULT_EVENT_HANDLING, versionOperations } from './version-operations';

const LARGEST_REQUEST = 6_291_456;
const LARGEST_EVENT = 1_048_576;

/** What a function answered. */
export interface FunctionResponse {
  /** 200, or 202 for type Event. */
  readonly statusCode: number;
  /**
   * The answer as JSON value; with `functionError` its `errorType`, `errorMessage` and `trace`. Undefined for
   * type Event.
   */
  readonly payload: unknown;
  /** `Unhandled` if the function failed. */
  readonly functionError?: string | undefined;
  readonly executedVersion?: string | undefined;
}

/** Lambda: functions that really run, in Node.js processes of their own. */
export class LambdaService implements Service {
  readonly name = 'lambda';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly resources: Readonly<Record<string, ResourceProvider>> = lambdaResources;
  readonly operations: Operations<typeof sdk>;
  readonly routes: readonly HttpRoute[];
  private readonly store: FunctionStore;
  private readonly runner: FunctionRunner;
  private readonly events: AsynchronousEvents;
  private readonly provisioned: ProvisionedConcurrencies;
  private readonly mappings: EventSourceMappings;
  /** Invocations in progress, by function. */
  private readonly running = new Map<string, number>();

  /** @param startEnvironment @default Node.js processes */
  constructor(
    private readonly cloud: Cloud,
    startEnvironment?: StartEnvironment,
  ) {
    const code = new CodeStore(join(cloud.directory, 'lambda', 'code'));
    this.store = new FunctionStore(cloud);
    this.runner = new FunctionRunner(cloud, code, startEnvironment);
    this.provisioned = new ProvisionedConcurrencies(cloud, this.store, this.runner);
    this.events = new AsynchronousEvents(cloud, {
      run: (event) => this.runEvent(event),
      config: ({ functionName, qualifier }) => {
        const configs = this.store.functions.get(functionName)?.eventInvokeConfigs;
        return configs && (configs.get(qualifier ?? LATEST) ?? DEFAULT_EVENT_HANDLING);
      },
      dropped: (event, condition, last) => this.dropped(event, condition, last),
    });
    this.mappings = new EventSourceMappings(cloud, {
      role: ({ functionName }) => this.store.functions.get(functionName)?.latest.role,
      invoke: (mapping, event) => this.runBatch(mapping, event),
    });
    const urls = new FunctionUrls(cloud, this.store, ({ name, qualifier }, event) =>
      this.invokeByUrl(name, qualifier, event),
    );
    this.operations = {
      ...functionOperations(cloud, this.store, code, this.runner),
      ...versionOperations(cloud, this.store, this.provisioned),
      ...this.provisioned.operations,
      ...policyOperations(cloud, this.store),
      ...layerOperations(cloud, this.store, code),
      ...eventSourceOperations(cloud, this.store, this.mappings),
      ...tagOperations(this.store, this.mappings),
      ...urls.operations,
      Invoke: (input, { requestId }) => this.invokeOperation(input, requestId),
    };
    this.routes = [
      urls,
      { prefix: RUNTIME_API, handle: (request) => this.runner.answer(request) },
      {
        prefix: CODE_ROUTE,
        handle: async ({ path }) => {
          const zip = await code.zip(path.slice(CODE_ROUTE.length).replace(/\.zip$/, ''));
          return { status: zip ? 200 : 404, headers: { 'content-type': 'application/zip' }, body: zip ?? '' };
        },
      },
    ];
  }

  /**
   * Calls a function for another service.
   *
   * @param functionArn ARN or name, perhaps with a version or alias
   * @param payload JSON value
   * @param options `type`: wait for the answer, or let it run later; `principal`: in whose name, which must
   * be allowed to
   * @throws AwsError if the function is not there, is throttled, or may not be called by the principal
   */
  async invoke(
    functionArn: string,
    payload: unknown,
    options: { readonly type: 'RequestResponse' | 'Event'; readonly principal: Principal },
  ): Promise<FunctionResponse> {
    const output = await this.cloud.call<sdk.InvocationResponse>(
      this.name,
      'Invoke',
      {
        FunctionName: functionArn,
        InvocationType: options.type,
        Payload: Buffer.from(JSON.stringify(payload ?? {})),
      },
      options.principal,
    );
    return responseOf(output);
  }

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    return lambdaPermissions(this.cloud, operation, input);
  }

  resourcePolicy(arn: string): PolicyDocument | undefined {
    return arn.includes(':function:') ? functionPolicy(this.store, parseFunctionName(arn)) : undefined;
  }

  async start(): Promise<void> {
    this.provisioned.start();
    this.events.start();
    this.mappings.start();
  }

  async stop(): Promise<void> {
    this.events.stop();
    const polls = this.mappings.stop();
    await this.runner.stop();
    await polls;
  }

  /** The URL has authorized its caller. */
  private async invokeByUrl(
    FunctionName: string,
    Qualifier: string | undefined,
    event: object,
  ): Promise<FunctionResponse> {
    const Payload = Buffer.from(JSON.stringify(event));
    return responseOf(await this.invokeOperation({ FunctionName, Qualifier, Payload }, this.cloud.uuid()));
  }

  private async invokeOperation(
    input: sdk.InvokeCommandInput,
    requestId: string,
  ): Promise<Omit<sdk.InvokeCommandOutput, '$metadata'>> {
    const { qualifier } = parseFunctionName(input.FunctionName as string, input.Qualifier);
    const found = this.store.get(input.FunctionName, input.Qualifier);
    const version = this.store.versionToRun(found, qualifier);
    checkEnvironmentKey(this.cloud, version);
    const payload = readPayload(input);
    const clientContext = readClientContext(input.ClientContext);
    if (input.InvocationType === 'DryRun') return { StatusCode: 204 };
    if (input.InvocationType === 'Event') {
      this.events.accept({
        requestId,
        functionName: found.name,
        qualifier,
        payload,
        clientContext,
        accepted: this.cloud.clock.now(),
        due: this.cloud.clock.now(),
        failures: 0,
        throttles: 0,
      });
      return { StatusCode: 202 };
    }
    const result = await this.run(found, version, qualifier, { requestId, payload, clientContext });
    return {
      StatusCode: 200,
      FunctionError: result.functionError,
      ExecutedVersion: version.version,
      Payload: result.payload as never,
      ...(input.LogType === 'Tail' && { LogResult: Buffer.from(result.logTail).toString('base64') }),
    };
  }

  private async runEvent(event: AsynchronousEvent): Promise<AttemptResult> {
    const { functionName, qualifier, payload } = event;
    try {
      const found = this.store.get(functionName);
      const version = this.store.versionToRun(found, qualifier);
      const result = await this.run(found, version, qualifier, { ...event, payload: Buffer.from(payload) });
      // AWS documents no result for an event that was answered before its extensions timed out: a failure is
      // the strict reading.
      const { hasFailed } = await result.end;
      if (!hasFailed) return { end: 'succeeded' };
      return { end: 'failed', last: { ...result, executedVersion: version.version } };
    } catch (error) {
      if ((error as Error).name === 'TooManyRequestsException') return { end: 'throttled' };
      throw error;
    }
  }

  private async dropped(
    event: AsynchronousEvent,
    condition: GiveUpCondition,
    last: LastAttempt | undefined,
  ): Promise<void> {
    const { functionName, qualifier } = event;
    recordMetric(this.cloud, { functionName }, 'AsyncEventsDropped', 1);
    const found = this.store.functions.get(functionName);
    const destination = found?.eventInvokeConfigs.get(qualifier ?? LATEST)?.onFailure;
    if (!found || destination === undefined) return;
    await sendRecord(this.cloud, { destination, roleArn: found.latest.role }, event, condition, last);
  }

  /** Hands items of an event source to a function. */
  private async runBatch(
    { functionName, qualifier }: EventSourceMapping,
    event: object,
  ): Promise<BatchResult> {
    const found = this.store.get(functionName);
    const version = this.store.versionToRun(found, qualifier);
    const requestId = this.cloud.uuid();
    const payload = Buffer.from(JSON.stringify(event));
    const result = await this.run(found, version, qualifier, { requestId, payload });
    const { hasFailed } = await result.end;
    return {
      requestId,
      hasFailed,
      functionError: result.functionError,
      payload: hasFailed ? undefined : JSON.parse(result.payload.toString()),
      executedVersion: version.version,
    };
  }

  private async run(
    found: StoredFunction,
    version: FunctionVersion,
    qualifier: string | undefined,
    event: { requestId: string; payload: Buffer; clientContext?: string | undefined },
  ): Promise<InvocationResult> {
    const { name: functionName } = found;
    const target = { functionName, qualifier, executedVersion: version.version };
    const count = this.running.get(functionName) ?? 0;
    if (found.reservedConcurrency !== undefined && count >= found.reservedConcurrency) {
      recordMetric(this.cloud, target, 'Throttles', 1);
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
        extra: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
      });
    }
    this.running.set(functionName, count + 1);
    const release = () => this.running.set(functionName, (this.running.get(functionName) ?? 1) - 1);
    const record = ({ duration, extensionsDuration, hasFailed }: InvocationEnd) => {
      release();
      recordMetric(this.cloud, target, 'Invocations', 1);
      recordMetric(this.cloud, target, 'Errors', hasFailed ? 1 : 0);
      recordMetric(this.cloud, target, 'Throttles', 0);
      recordMetric(this.cloud, target, 'Duration', duration, 'Milliseconds');
      if (extensionsDuration === undefined) return;
      recordMetric(this.cloud, target, 'PostRuntimeExtensionsDuration', extensionsDuration, 'Milliseconds');
    };
    const functionArn = this.store.arn({ name: functionName, qualifier });
    const { requestId, payload, clientContext } = event;
    const invocation = { requestId, payload, clientContext, functionArn };
    const result = await this.runner.run(found, version, invocation).catch((error: Error) => {
      release();
      throw error;
    });
    if (result.end instanceof Promise) this.cloud.clock.track(result.end.then(record));
    else record(result.end);
    return result;
  }
}

function responseOf(output: sdk.InvocationResponse): FunctionResponse {
  return {
    statusCode: output.StatusCode as number,
    payload: output.Payload && JSON.parse(Buffer.from(output.Payload).toString()),
    functionError: output.FunctionError,
    executedVersion: output.ExecutedVersion,
  };
}

function readPayload(input: sdk.InvokeCommandInput): Buffer {
  const payload = Buffer.from((input.Payload as Uint8Array | undefined) ?? []);
  const limit = input.InvocationType === 'Event' ? LARGEST_EVENT : LARGEST_REQUEST;
  if (payload.length > limit) {
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
    );
  }
  if (payload.length === 0) return Buffer.from('{}');
  try {
    JSON.parse(payload.toString());
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
  return payload;
}

/**
 * The JSON in "base64-encoded data about the invoking client": the runtime gets it decoded, and parses it
 * (aws-lambda-nodejs-runtime-interface-client, src/InvokeContext.js). What AWS answers to anything else is
 * not documented; here it is refused.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
function readClientContext(encoded: string | undefined): string | undefined {
  if (!encoded) return undefined;
  try {
    const context: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString());
    // It travels in a header: in ASCII.
    return JSON.stringify(context).replace(
      /[^\x20-\x7e]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  } catch {
    throw new AwsError(
      'InvalidRequestContentException',
      `Client context must be a Base64-encoded JSON object: ${encoded}`,
    );
  }
}
