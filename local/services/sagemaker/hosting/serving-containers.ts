import type { IncomingHttpHeaders } from 'node:http';
import type { ServingDefinition } from './stored-model';

export interface ServingOptions {
  readonly serving: ServingDefinition;
  readonly logGroup: string;
  readonly logStream: string;
  /** How long the container may take until it answers `/ping` with 200, in seconds of real time. */
  readonly healthCheckSeconds: number;
  /** Ends the container, also before it is ready. */
  readonly signal: AbortSignal;
}

export interface ServingRequest {
  readonly body: Buffer;
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
  readonly customAttributes?: string | undefined;
  /** Of real time, in which the model must answer. @default a minute */
  readonly timeoutMillis?: number | undefined;
}

export interface ServingAnswer {
  /** 0 if there was no answer. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Microseconds of real time. */
  readonly latency: number;
}

/** The model data cannot be fetched or unpacked. */
export class ModelDataError extends Error {}

/** The container ended, or did not answer its health check in time. */
export class HealthCheckError extends Error {}

/** A model that is loaded in a container and answers requests. */
export interface ModelContainer {
  /** Resolves when the container has ended. */
  readonly ended: Promise<unknown>;
  /** Asks the model; never rejects. */
  invoke(request: ServingRequest): Promise<ServingAnswer>;
  /** Ends the container when it has answered what it was asked. */
  stop(): Promise<void>;
  /** Ends the container at once. */
  kill(): Promise<void>;
}

/** What runs the containers of endpoints. */
export interface ServingContainers {
  /**
   * Starts a container and waits until it is healthy.
   *
   * @throws ModelDataError
   * @throws HealthCheckError
   */
  start(options: ServingOptions): Promise<ModelContainer>;
}
