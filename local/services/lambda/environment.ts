import type { WireRequest, WireResponse } from '../../gateway/protocols/http';
import type { Cloud } from '../../gateway/service';
import type { LogWriter } from '../log-writer';
import type { Invocation, Outcome } from './invocation';
import type { FunctionVersion } from './stored-function';

export interface EnvironmentOptions {
  readonly cloud: Cloud;
  readonly id: string;
  readonly version: FunctionVersion;
  readonly codeFolder: string;
  readonly directory: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly logs: LogWriter;
}

export interface InvocationResult extends Outcome {
  /** Milliseconds of real time. */
  readonly duration: number;
  /** The last 4 KB of the log. */
  readonly logTail: string;
}

/** Where a function runs, one invocation at a time. */
export interface Environment {
  readonly id: string;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  run(invocation: Invocation): Promise<InvocationResult>;
  /** Whether it soon can take the next invocation; false if it has ended or is busy with something else. */
  becomesReady(): Promise<boolean>;
  /** Answers a call to the Runtime API; `path` begins after the API's version. */
  answer(path: string, request: WireRequest): Promise<WireResponse>;
  end(): Promise<void>;
}

/** What starts environments. */
export type StartEnvironment = (options: EnvironmentOptions) => Environment;
