import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { extract } from 'tar';
import type { ServingContainer } from '../../../containers/serving-container';
import { rolePrincipal } from '../../../gateway/principal';
import type { Cloud } from '../../../gateway/service';
import { LogWriter } from '../../log-writer';
import { roleEnvironment } from '../execution-role';
import { RoleStorage } from '../role-storage';
import {
  HealthCheckError,
  type ModelContainer,
  ModelDataError,
  type ServingAnswer,
  type ServingOptions,
  type ServingRequest,
} from './serving-containers';
import type { ServingImages } from './serving-images';
import type { ServingDefinition } from './stored-model';

/** Real time. */
const PING_INTERVAL_MILLIS = 20;
const INVOCATION_TIMEOUT_MILLIS = 60_000;
const END_MILLIS = 1_000;
const CONNECTIONS = 16;

/** A model that is loaded in a container of its own and answers requests. */
export class ServingProcess implements ModelContainer {
  /** Resolves when the container has ended. */
  readonly ended: Promise<unknown>;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  private readonly underWay = new Set<Promise<unknown>>();

  private constructor(
    private readonly container: ServingContainer,
    private readonly port: number,
    private readonly directory: string,
  ) {
    this.ended = container.exited;
  }

  /**
   * Starts a container and waits until it is healthy.
   *
   * @throws ModelDataError
   * @throws HealthCheckError
   */
  static async start(cloud: Cloud, images: ServingImages, options: ServingOptions): Promise<ServingProcess> {
    const { serving, signal } = options;
    const directory = join(cloud.directory, 'sagemaker', 'serving', randomUUID());
    const logs = new LogWriter(
      cloud,
      rolePrincipal(serving.roleArn, 'SageMaker'),
      options.logGroup,
      options.logStream,
    );
    try {
      const modelDir = join(directory, 'model');
      const sourceArchive = await fetchModel(cloud, serving, directory, modelDir);
      const start = await images.prepare(serving, directory, (line) => logs.write([line]));
      signal.throwIfAborted();
      const container = start({
        environment: {
          ...(serving.isIsolated ? {} : await roleEnvironment(cloud, serving.roleArn)),
          ...serving.environment,
        },
        modelDir,
        sourceArchive,
      });
      const kill = () => container.kill();
      signal.addEventListener('abort', kill);
      container.exited.then(() => signal.removeEventListener('abort', kill));
      if (signal.aborted) kill();
      const port = await healthyPort(container, options.healthCheckSeconds);
      await logs.flush();
      return new ServingProcess(container, port, directory);
    } catch (error) {
      await logs.flush();
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** Asks the model; never rejects. */
  invoke(serving: ServingRequest): Promise<ServingAnswer> {
    const answer = this.send(serving);
    this.underWay.add(answer);
    answer.finally(() => this.underWay.delete(answer));
    return answer;
  }

  /** Ends the container when it has answered what it was asked. */
  async stop(): Promise<void> {
    await Promise.all(this.underWay);
    await this.kill();
  }

  /** Ends the container at once. */
  async kill(): Promise<void> {
    await this.container.kill();
    this.agent.destroy();
    await rm(this.directory, { recursive: true, force: true });
  }

  private send(serving: ServingRequest): Promise<ServingAnswer> {
    const { body, contentType, accept, customAttributes } = serving;
    const { timeoutMillis = INVOCATION_TIMEOUT_MILLIS } = serving;
    const started = performance.now();
    const latency = () => Math.round((performance.now() - started) * 1000);
    return new Promise((resolve) => {
      const fail = (error: Error) => {
        const answer = { status: 0, headers: {}, body: Buffer.from(error.message), latency: latency() };
        // A container that breaks off is mostly about to end: that is known before anybody hears of it.
        Promise.race([this.ended, delay(END_MILLIS)]).then(() => resolve(answer));
      };
      const call = request(
        {
          host: '127.0.0.1',
          port: this.port,
          path: '/invocations',
          method: 'POST',
          agent: this.agent,
          headers: {
            'content-length': body.length,
            ...(contentType && { 'content-type': contentType }),
            ...(accept && { accept }),
            ...(customAttributes && { 'x-amzn-sagemaker-custom-attributes': customAttributes }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', fail);
          response.on('end', () =>
            resolve({
              status: response.statusCode as number,
              headers: response.headers,
              body: Buffer.concat(chunks),
              latency: latency(),
            }),
          );
        },
      );
      call.setTimeout(timeoutMillis, () => call.destroy(new Error(TIMED_OUT)));
      call.on('error', fail);
      call.end(body);
    });
  }
}

const TIMED_OUT =
  'Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.';

/** @returns the archive of the code, if it is not part of the model */
async function fetchModel(
  cloud: Cloud,
  serving: ServingDefinition,
  directory: string,
  modelDir: string,
): Promise<string | undefined> {
  const storage = new RoleStorage(cloud, rolePrincipal(serving.roleArn, 'SageMaker'));
  await mkdir(modelDir, { recursive: true });
  try {
    if (serving.modelDataUrl) {
      const archive = join(directory, 'model.tar.gz');
      await writeFile(archive, await storage.get(serving.modelDataUrl));
      await extract({ file: archive, cwd: modelDir });
      await rm(archive);
    }
    const submitted = serving.environment.SAGEMAKER_SUBMIT_DIRECTORY;
    if (!submitted?.startsWith('s3://') || serving.isIsolated) return undefined;
    const source = join(directory, 'sourcedir.tar.gz');
    await writeFile(source, await storage.get(submitted));
    return source;
  } catch (error) {
    throw new ModelDataError((error as Error).message);
  }
}

async function healthyPort(container: ServingContainer, seconds: number): Promise<number> {
  const deadline = performance.now() + seconds * 1000;
  let isRunning = true;
  container.exited.then(() => {
    isRunning = false;
  });
  try {
    const port = await container.port;
    while (isRunning && performance.now() < deadline) {
      if (await pings(port)) return port;
      await delay(PING_INTERVAL_MILLIS);
    }
  } catch {
    // It ended before it listened.
  }
  await container.kill();
  throw new HealthCheckError('the container did not pass the ping health check');
}

function pings(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/ping`, { signal: AbortSignal.timeout(2_000) }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status === 200;
    },
    () => false,
  );
}
