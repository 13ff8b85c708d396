import { Writable } from 'node:stream';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import type { WireResponse } from '../../local/gateway/protocols/http';
import type {
  Environment,
  EnvironmentOptions,
  InvocationResult,
  StartEnvironment,
} from '../../local/services/lambda/environment';
import { failure, type Invocation, type Outcome } from '../../local/services/lambda/invocation';
import type { FunctionTimeouts } from './function-timeouts';
import { inProcessOnnx } from './in-process-onnx';
import { withoutSdk } from './light-bundles';

/**
 * Runs functions as they were deployed, but in this process: a process each takes longer to start than a
 * whole release. They see the clock of the cloud, and call it with the keys of their roles.
 */
export function inProcessFunctions(timeouts: FunctionTimeouts): StartEnvironment {
  return (options) => new InProcessEnvironment(options, timeouts);
}

type Handler = (event: unknown, context: object) => unknown;

class InProcessEnvironment implements Environment {
  readonly id: string;
  readonly ended: Promise<void>;
  private readonly handler: Handler;
  private markEnded!: () => void;

  constructor(
    private readonly options: EnvironmentOptions,
    private readonly timeouts: FunctionTimeouts,
  ) {
    this.id = options.id;
    this.ended = new Promise((resolve) => {
      this.markEnded = resolve;
    });
    this.handler = loadHandler(options);
  }

  async run(invocation: Invocation): Promise<InvocationResult> {
    const started = performance.now();
    const outcome = await this.perform(invocation);
    await this.options.logs.flush();
    const duration = performance.now() - started;
    const end = { duration, hasFailed: outcome.functionError !== undefined };
    return { ...outcome, logTail: this.options.logs.takeTail(), end };
  }

  async becomesReady(): Promise<boolean> {
    return true;
  }

  async answer(): Promise<WireResponse> {
    return { status: 404, headers: {}, body: '' };
  }

  async end(): Promise<void> {
    this.markEnded();
  }

  private async perform({ payload, requestId }: Invocation): Promise<Outcome> {
    const { version, variables } = this.options;
    const timeout = this.timeouts.next(variables.AWS_LAMBDA_FUNCTION_NAME ?? '');
    if (timeout === 'before its work') return timedOut(version.timeoutSeconds);
    const remaining = version.timeoutSeconds * 1000;
    const context = { awsRequestId: requestId, getRemainingTimeInMillis: () => remaining };
    try {
      const answer = await this.handler(JSON.parse(payload.toString()), context);
      if (timeout) return timedOut(version.timeoutSeconds);
      return { payload: Buffer.from(JSON.stringify(answer ?? null)) };
    } catch (error) {
      const { name, message } = error as Error;
      return failure(name, message);
    }
  }
}

function timedOut(seconds: number): Outcome {
  return failure('Sandbox.Timedout', `Error: Task timed out after ${seconds.toFixed(2)} seconds`);
}

/** Evaluates a bundle with modules, environment and time of its own. */
function loadHandler({ codeFolder, version, variables, cloud, logs }: EnvironmentOptions): Handler {
  const source = withoutSdk(codeFolder, version.handler);
  const evaluate = new Function('module', 'exports', 'require', 'process', 'Date', 'console', source);
  const module = { exports: {} as { handler: Handler } };
  const silent = { log() {}, info() {}, warn() {}, error() {} };
  evaluate(
    module,
    module.exports,
    requireFor(variables),
    Object.create(process, {
      env: { value: { ...variables } },
      stdout: { value: metricsOnly((line) => logs.write([line])) },
    }),
    dateOf(() => cloud.clock.now()),
    silent,
  );
  return module.exports.handler;
}

/** Requests are counted by the metrics in what a function logs; nobody reads the rest. */
function metricsOnly(write: (line: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      const lines = chunk.toString().split('\n');
      for (const line of lines.filter((each) => each.includes('"_aws"'))) write(line);
      done();
    },
  });
}

/**
 * SDK clients of all functions share one installation, so that each gets by its constructor what a process
 * has around it.
 */
function requireFor(variables: Readonly<Record<string, string>>): NodeJS.Require {
  const settings = {
    endpoint: variables.AWS_ENDPOINT_URL,
    region: variables.AWS_REGION,
    credentials: {
      accessKeyId: variables.AWS_ACCESS_KEY_ID,
      secretAccessKey: variables.AWS_SECRET_ACCESS_KEY,
      sessionToken: variables.AWS_SESSION_TOKEN,
    },
    // As many attempts as in a process, without the waiting in between: it would be real time.
    retryStrategy: new ConfiguredRetryStrategy(Number(variables.AWS_MAX_ATTEMPTS ?? 3), () => 0),
  };
  return ((name: string) => {
    if (name === 'onnxruntime-node') return inProcessOnnx;
    const loaded = require(name) as Record<string, unknown>;
    return name.startsWith('@aws-sdk/client-') ? withSettings(loaded, settings) : loaded;
  }) as NodeJS.Require;
}

function withSettings(sdk: Record<string, unknown>, settings: object): Record<string, unknown> {
  const [name, Client] = Object.entries(sdk).find(([key]) => /^(?!_).+Client$/.test(key)) as [
    string,
    new (options: object) => object,
  ];
  const Configured = class extends Client {
    constructor(options: object = {}) {
      super({ ...settings, ...options });
    }
  };
  return { ...sdk, [name]: Configured };
}

function dateOf(now: () => number): DateConstructor {
  const time = () => Math.floor(now());
  return new Proxy(Date, {
    construct: (target, values, newTarget) =>
      Reflect.construct(target, values.length === 0 ? [time()] : values, newTarget),
    get: (target, property, receiver) =>
      property === 'now' ? time : Reflect.get(target, property, receiver),
  });
}
