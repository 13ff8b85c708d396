import { join } from 'node:path';
import type { WireRequest, WireResponse } from '../../gateway/protocols/http';
import { isDelivered } from './application-log';
import { type Deferred, deferred } from './deferred';
import type { Environment, EnvironmentOptions, InvocationEnd, InvocationResult } from './environment';
import { Extensions } from './extensions';
import { errorTypeOf, failure, type Invocation, type Outcome } from './invocation';
import { platformLog } from './platform-log';
import { RuntimeProcess } from './runtime-process';

/** Real time; AWS gives 10 s, on machines of its own. */
const INIT_TIMEOUT_MILLIS = 60_000;
/** Real time. */
const READY_TIMEOUT_MILLIS = 5_000;
/** Real time; AWS gives 500 ms where all extensions are internal, on machines of its own. */
const SHUTDOWN_TIMEOUT_MILLIS = 5_000;
const LARGEST_RESPONSE = 6_291_556;
/** Versions of the Runtime API and the Extensions API. */
const RUNTIME = '/2018-06-01';
const EXTENSIONS = '/2020-01-01';

type Poll = (answer: WireResponse) => void;

/** How the function answered, and how the invocation ended after that. */
interface Performance {
  readonly outcome: Outcome;
  /** Undefined if all extensions ended in time, or there are none. */
  readonly failureOfExtensions: Promise<Outcome | undefined>;
}

/**
 * One process of a function with its side of the Runtime API and the Extensions API; runs one invocation at a
 * time.
 */
export class ExecutionEnvironment implements Environment {
  readonly id: string;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  private readonly process: RuntimeProcess;
  private readonly started = performance.now();
  private readonly initFailure = deferred<Outcome>();
  private readonly extensions: Extensions;
  /** The process's call for work, which waits for an invocation. */
  private poll = deferred<Poll>();
  private current: { readonly requestId: string; readonly outcome: Deferred<Outcome> } | undefined;
  private endOfOutput = deferred<void>();
  private maxMemoryUsed = 0;
  private initDuration: number | undefined;
  private isReported = false;

  constructor(private readonly options: EnvironmentOptions) {
    const { cloud, version, logs } = options;
    this.id = options.id;
    this.process = new RuntimeProcess({
      codeFolder: options.codeFolder,
      temporaryFolder: join(options.directory, 'tmp', options.id),
      memorySize: version.memorySize,
      environment: {
        ...options.variables,
        _LOCAL_CLOCK_OFFSET: String(cloud.clock.now() - Date.now()),
      },
      onLog: (message) => {
        if (isDelivered(message, version.logging)) logs.write([message]);
      },
      onEndOfInvocation: (requestId, memory) => {
        this.maxMemoryUsed = memory;
        if (requestId === this.current?.requestId) this.endOfOutput.resolve();
      },
    });
    this.ended = this.process.exited.then(() => {});
    this.extensions = new Extensions({
      functionName: options.functionName,
      functionVersion: version.version,
      handler: version.handler,
      accountId: cloud.account,
      uuid: () => cloud.uuid(),
    });
  }

  /**
   * Whether the process soon asks for the next invocation; false if it has ended or is busy with something
   * else.
   */
  async becomesReady(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), READY_TIMEOUT_MILLIS);
    });
    const asked = this.poll.promise.then(() => true);
    const isReady = await Promise.race([asked, this.ended.then(() => false), tooLate]);
    clearTimeout(timer);
    return isReady;
  }

  async run(invocation: Invocation): Promise<InvocationResult> {
    const { version, logs, cloud } = this.options;
    const { requestId } = invocation;
    const initOutcome = await this.initialise(requestId);
    logs.write(platformLog(version, () => cloud.clock.date()).start(requestId));
    const started = performance.now();
    const { outcome, failureOfExtensions } = initOutcome
      ? { outcome: initOutcome, failureOfExtensions: Promise.resolve(undefined) }
      : await this.perform(invocation);
    const ending = this.finish(requestId, started, outcome, failureOfExtensions);
    const end = this.extensions.areRegistered ? ending : await ending;
    const logTail = logs.takeTail();
    await logs.flush();
    return { ...outcome, logTail, end };
  }

  /** Ends the process: one with an extension has time to end its work. */
  async end(): Promise<void> {
    if (this.extensions.areRegistered) this.process.terminate(SHUTDOWN_TIMEOUT_MILLIS);
    else this.process.kill();
    await this.ended;
  }

  /** Answers a call to the Runtime API or the Extensions API; `path` begins with the API's version. */
  async answer(path: string, request: WireRequest): Promise<WireResponse> {
    if (path.startsWith(RUNTIME)) return this.answerRuntime(path.slice(RUNTIME.length), request);
    if (path.startsWith(EXTENSIONS)) return this.extensions.answer(path.slice(EXTENSIONS.length), request);
    return text(501, `the local cloud does not implement ${path}`);
  }

  private async answerRuntime(path: string, request: WireRequest): Promise<WireResponse> {
    if (path === '/runtime/invocation/next') return this.next();
    if (path === '/runtime/init/error') {
      this.initFailure.resolve({ payload: request.body, functionError: 'Unhandled' });
      return accepted();
    }
    const [, requestId, kind] = /^\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (!requestId || requestId !== this.current?.requestId) return text(400, 'InvalidRequestID');
    if (kind === 'error') {
      this.current.outcome.resolve({ payload: request.body, functionError: 'Unhandled' });
    } else if (request.body.length > LARGEST_RESPONSE) {
      this.current.outcome.resolve(tooLarge());
    } else {
      this.current.outcome.resolve({ payload: request.body });
    }
    return accepted();
  }

  private next(): Promise<WireResponse> {
    this.extensions.closeRegistration();
    this.initDuration ??= performance.now() - this.started;
    return new Promise((answer) => this.poll.resolve(answer));
  }

  /**
   * Waits for the handler to be loaded, and for the extensions to be ready.
   * @returns the failure, if it could not be
   */
  private async initialise(requestId: string): Promise<Outcome | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<Outcome>((resolve) => {
      timer = setTimeout(() => {
        this.process.kill();
        resolve(timedOut(requestId, INIT_TIMEOUT_MILLIS / 1000));
      }, INIT_TIMEOUT_MILLIS);
    });
    const outcome = await Promise.race([
      // "The Init phase completes after the runtime and each registered extension indicate completion by
      // sending a Next API request."
      this.poll.promise.then(() => this.extensions.allReady()).then(() => undefined),
      this.initFailure.promise,
      this.exit(requestId),
      timeout,
    ]);
    clearTimeout(timer);
    // The process ends by itself after a failed start; until then its output may still come.
    if (outcome) await this.ended;
    return outcome;
  }

  private async perform(invocation: Invocation): Promise<Performance> {
    const { cloud, version, logs } = this.options;
    const { requestId, functionArn, payload, clientContext } = invocation;
    const answer = await this.poll.promise;
    const outcome = deferred<Outcome>();
    // "The function's timeout setting limits the duration of the entire Invoke phase", its extensions
    // included.
    const timeout = deferred<Outcome>();
    this.poll = deferred();
    this.endOfOutput = deferred();
    this.current = { requestId, outcome };
    const timer = setTimeout(() => {
      logs.write([
        `${cloud.clock.date().toISOString()} ${requestId} ${taskTimedOut(version.timeoutSeconds)}\n`,
      ]);
      timeout.resolve(timedOut(requestId, version.timeoutSeconds));
      this.process.kill();
    }, version.timeoutSeconds * 1000);
    const deadlineMs = Math.floor(cloud.clock.now() + version.timeoutSeconds * 1000);
    const trace = `Root=1-${requestId.slice(0, 8)}-${requestId.replaceAll('-', '').slice(8)}`;
    await this.extensions.invoke({
      deadlineMs,
      requestId,
      invokedFunctionArn: functionArn,
      tracing: { type: 'X-Amzn-Trace-Id', value: trace },
    });
    answer({
      status: 200,
      headers: {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': requestId,
        'lambda-runtime-deadline-ms': String(deadlineMs),
        'lambda-runtime-invoked-function-arn': functionArn,
        'lambda-runtime-trace-id': trace,
        'local-clock-offset': String(cloud.clock.now() - Date.now()),
        ...(clientContext && { 'lambda-runtime-client-context': clientContext }),
      },
      body: payload,
    });
    const failed = Promise.race([timeout.promise, this.exit(requestId)]);
    const result = await Promise.race([outcome.promise, failed]);
    await Promise.race([this.endOfOutput.promise, this.ended]);
    this.current = undefined;
    const failureOfExtensions = this.endOfExtensions(failed).finally(() => clearTimeout(timer));
    return { outcome: result, failureOfExtensions };
  }

  /**
   * Waits for the extensions, if there are any.
   * @returns the failure, if they did not end, or the process did not live so long
   */
  private async endOfExtensions(failed: Promise<Outcome>): Promise<Outcome | undefined> {
    if (!this.extensions.areRegistered) return undefined;
    const ready = this.poll.promise.then(() => this.extensions.allReady());
    const failure = await Promise.race([ready.then(() => undefined), failed]);
    if (failure) await this.ended;
    // What an extension wrote before it asked for its next event is there in the next turn: Node.js writes to
    // pipes synchronously on Linux.
    await new Promise((resolve) => setImmediate(resolve));
    return failure;
  }

  /** Waits for the end of the invocation, and writes the log's report of it. */
  private async finish(
    requestId: string,
    started: number,
    outcome: Outcome,
    failureOfExtensions: Promise<Outcome | undefined>,
  ): Promise<InvocationEnd> {
    const { version, logs, cloud } = this.options;
    const answered = performance.now();
    const last = (await failureOfExtensions) ?? outcome;
    const ended = performance.now();
    const isTimeout = errorTypeOf(last) === TIMED_OUT;
    const duration = isTimeout ? version.timeoutSeconds * 1000 : ended - started;
    logs.write(
      platformLog(version, () => cloud.clock.date()).end({
        requestId,
        duration,
        initDuration: this.isReported ? undefined : this.initDuration,
        maxMemoryUsed: this.maxMemoryUsed,
        status: isTimeout ? 'timeout' : last.functionError ? 'error' : 'success',
        errorType: errorTypeOf(last),
      }),
    );
    this.isReported = true;
    await logs.flush();
    // What came after the answer belongs to no later one's tail.
    if (this.extensions.areRegistered) logs.takeTail();
    const hasFailed = last.functionError !== undefined;
    return {
      duration,
      hasFailed,
      ...(this.extensions.areRegistered && { extensionsDuration: ended - answered }),
    };
  }

  private async exit(requestId: string): Promise<Outcome> {
    const description = await this.process.exited;
    return failure('Runtime.ExitError', `RequestId: ${requestId} Error: ${description}`);
  }
}

const TIMED_OUT = 'Sandbox.Timedout';

function timedOut(requestId: string, seconds: number): Outcome {
  return failure(TIMED_OUT, `RequestId: ${requestId} Error: ${taskTimedOut(seconds)}`);
}

function taskTimedOut(seconds: number): string {
  return `Task timed out after ${seconds.toFixed(2)} seconds`;
}

function tooLarge(): Outcome {
  return failure(
    'Function.ResponseSizeTooLarge',
    `Response payload size exceeded maximum allowed payload size (${LARGEST_RESPONSE} bytes).`,
  );
}

function accepted(): WireResponse {
  return { status: 202, headers: { 'content-type': 'application/json' }, body: '{"status":"OK"}' };
}

function text(status: number, body: string): WireResponse {
  return { status, headers: { 'content-type': 'text/plain' }, body };
}
