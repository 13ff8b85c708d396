import { join } from 'node:path';
import type { WireRequest, WireResponse } from '../../gateway/protocols/http';
import { type Deferred, deferred } from './deferred';
import type { Environment, EnvironmentOptions, InvocationResult } from './environment';
import { errorTypeOf, failure, type Invocation, type Outcome } from './invocation';
import { platformLog } from './platform-log';
import { RuntimeProcess } from './runtime-process';

/** Real time; AWS gives 10 s, on machines of its own. */
const INIT_TIMEOUT_MILLIS = 60_000;
/** Real time. */
const READY_TIMEOUT_MILLIS = 5_000;
const LARGEST_RESPONSE = 6_291_556;

type Poll = (answer: WireResponse) => void;

/** One process of a function with its side of the Runtime API; runs one invocation at a time. */
export class ExecutionEnvironment implements Environment {
  readonly id: string;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  private readonly process: RuntimeProcess;
  private readonly started = performance.now();
  private readonly initFailure = deferred<Outcome>();
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
      onLog: (message) => logs.write([message]),
      onEndOfInvocation: (requestId, memory) => {
        this.maxMemoryUsed = memory;
        if (requestId === this.current?.requestId) this.endOfOutput.resolve();
      },
    });
    this.ended = this.process.exited.then(() => {});
  }

  /** Whether the process soon asks for the next invocation; false if it has ended or is busy with something else. */
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
    const platform = platformLog(version, () => cloud.clock.date());
    const initOutcome = await this.initialise(requestId);
    logs.write(platform.start(requestId));
    const started = performance.now();
    const outcome = initOutcome ?? (await this.perform(invocation));
    const isTimeout = errorTypeOf(outcome) === TIMED_OUT;
    const duration = isTimeout ? version.timeoutSeconds * 1000 : performance.now() - started;
    logs.write(
      platform.end({
        requestId,
        duration,
        initDuration: this.isReported ? undefined : this.initDuration,
        maxMemoryUsed: this.maxMemoryUsed,
        status: isTimeout ? 'timeout' : outcome.functionError ? 'error' : 'success',
        errorType: errorTypeOf(outcome),
      }),
    );
    this.isReported = true;
    await logs.flush();
    return { ...outcome, duration, logTail: logs.takeTail() };
  }

  /** Ends the process. */
  async end(): Promise<void> {
    this.process.kill();
    await this.ended;
  }

  /** Answers a call to the Runtime API; `path` begins after the API's version. */
  async answer(path: string, request: WireRequest): Promise<WireResponse> {
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
    this.initDuration ??= performance.now() - this.started;
    return new Promise((answer) => this.poll.resolve(answer));
  }

  /** Waits for the handler to be loaded. @returns the failure, if it could not be */
  private async initialise(requestId: string): Promise<Outcome | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<Outcome>((resolve) => {
      timer = setTimeout(() => {
        this.process.kill();
        resolve(timedOut(requestId, INIT_TIMEOUT_MILLIS / 1000));
      }, INIT_TIMEOUT_MILLIS);
    });
    const outcome = await Promise.race([
      this.poll.promise.then(() => undefined),
      this.initFailure.promise,
      this.exit(requestId),
      timeout,
    ]);
    clearTimeout(timer);
    // The process ends by itself after a failed start; until then its output may still come.
    if (outcome) await this.ended;
    return outcome;
  }

  private async perform(invocation: Invocation): Promise<Outcome> {
    const { cloud, version, logs } = this.options;
    const { requestId, functionArn, payload, clientContext } = invocation;
    const answer = await this.poll.promise;
    const outcome = deferred<Outcome>();
    this.poll = deferred();
    this.endOfOutput = deferred();
    this.current = { requestId, outcome };
    const timer = setTimeout(() => {
      const error = timedOut(requestId, version.timeoutSeconds);
      logs.write([
        `${cloud.clock.date().toISOString()} ${requestId} ${taskTimedOut(version.timeoutSeconds)}\n`,
      ]);
      outcome.resolve(error);
      this.process.kill();
    }, version.timeoutSeconds * 1000);
    answer({
      status: 200,
      headers: {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': requestId,
        'lambda-runtime-deadline-ms': String(Math.floor(cloud.clock.now() + version.timeoutSeconds * 1000)),
        'lambda-runtime-invoked-function-arn': functionArn,
        'lambda-runtime-trace-id': `Root=1-${requestId.slice(0, 8)}-${requestId.replaceAll('-', '').slice(8)}`,
        'local-clock-offset': String(cloud.clock.now() - Date.now()),
        ...(clientContext && { 'lambda-runtime-client-context': clientContext }),
      },
      body: payload,
    });
    const result = await Promise.race([outcome.promise, this.exit(requestId)]);
    clearTimeout(timer);
    await Promise.race([this.endOfOutput.promise, this.ended]);
    this.current = undefined;
    return result;
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
