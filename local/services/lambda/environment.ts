import type { WireRequest, WireResponse } from '../../gateway/protocols/http';
import type { Cloud } from '../../gateway/service';
import type { LogWriter } from '../log-writer';
import type { Invocation, Outcome } from './invocation';
import type { FunctionVersion } from './stored-function';

export interface EnvironmentOptions {
  readonly cloud: Cloud;
  readonly id: string;
  readonly functionName: string;
  readonly version: FunctionVersion;
  readonly codeFolder: string;
  readonly directory: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly logs: LogWriter;
}

/** What a function answered. */
export interface InvocationResult extends Outcome {
  /** The last 4 KB of the log so far. */
  readonly logTail: string;
  /**
   * How the invocation ended, which it has when also each extension has asked for its next event. A promise,
   * which is never rejected, while extensions work on: "After receiving the function response from the
   * runtime, Lambda returns the response to the client, even if extensions are still running"
   * (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html).
   */
  readonly end: InvocationEnd | Promise<InvocationEnd>;
}

export interface InvocationEnd {
  /** Milliseconds of real time, of the function and its extensions. */
  readonly duration: number;
  /**
   * Milliseconds of real time between the end of the function and that of its extensions; undefined if it has
   * none.
   */
  readonly extensionsDuration?: number | undefined;
  /** Whether the function failed, or did not end in time together with its extensions. */
  readonly hasFailed: boolean;
}

/** Where a function runs, one invocation at a time. */
export interface Environment {
  readonly id: string;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  run(invocation: Invocation): Promise<InvocationResult>;
  /**
   * Whether it soon can take the next invocation, once one has ended; false if it has ended itself or is busy
   * with something else.
   */
  becomesReady(): Promise<boolean>;
  /** Answers a call to the Runtime API or the Extensions API; `path` begins with the API's version. */
  answer(path: string, request: WireRequest): Promise<WireResponse>;
  end(): Promise<void>;
}

/** What starts environments. */
export type StartEnvironment = (options: EnvironmentOptions) => Environment;
