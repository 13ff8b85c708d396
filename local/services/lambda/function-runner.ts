import { join } from 'node:path';
import { rolePrincipal } from '../../gateway/principal';
import type { WireRequest, WireResponse } from '../../gateway/protocols/http';
import type { Cloud, TemporaryCredentials } from '../../gateway/service';
import { LogWriter } from '../log-writer';
import type { CodeStore } from './code-store';
import type { Environment, InvocationResult, StartEnvironment } from './environment';
import { EnvironmentPool } from './environment-pool';
import { environmentVariables, type Initialization } from './environment-variables';
import { ExecutionEnvironment } from './execution-environment';
import type { Invocation } from './invocation';
import type { FunctionVersion, StoredFunction } from './stored-function';

export const RUNTIME_API = '/_local/lambda-runtime/';

/** Of a version: a machine has room for few. */
const MOST_PROVISIONED = 3;

/** Runs functions in processes of their own. */
export class FunctionRunner {
  private readonly pool = new EnvironmentPool();
  private readonly credentials = new Map<string, TemporaryCredentials>();

  constructor(
    private readonly cloud: Cloud,
    private readonly code: CodeStore,
    private readonly startEnvironment: StartEnvironment = (options) => new ExecutionEnvironment(options),
  ) {}

  async run(
    { name }: StoredFunction,
    version: FunctionVersion,
    invocation: Invocation,
  ): Promise<InvocationResult> {
    const credentials = await this.credentialsOf(name, version.role);
    const create = () => this.start(name, version, credentials, 'on-demand');
    return this.pool.run(name, keyOf(version), create, invocation);
  }

  /**
   * Starts processes that wait for requests, in place of those that did before.
   *
   * @returns whether all of them can take one
   */
  async provision({ name }: StoredFunction, version: FunctionVersion, requested: number): Promise<boolean> {
    const credentials = await this.credentialsOf(name, version.role);
    const create = () => this.start(name, version, credentials, 'provisioned-concurrency');
    return this.pool.provision(name, keyOf(version), Math.min(requested, MOST_PROVISIONED), create);
  }

  /** Ends the processes that wait for requests, but for those of some versions. */
  unprovisionOthers({ name }: StoredFunction, versions: readonly FunctionVersion[]): Promise<void> {
    return this.pool.unprovision(name, versions.map(keyOf));
  }

  /** Ends the processes that no longer stand for a version of the function. */
  retire({ name, latest, versions }: StoredFunction): Promise<void> {
    return this.pool.retire(name, [latest, ...versions.values()].map(keyOf));
  }

  /** Ends the idle processes of a function that is gone. */
  retireAll(functionName: string): Promise<void> {
    return this.pool.retire(functionName);
  }

  /** Answers a process's call to the Runtime API or the Extensions API. */
  async answer(request: WireRequest): Promise<WireResponse> {
    const [, id = '', path = ''] = /^([^/]+)(\/.*)$/.exec(request.path.slice(RUNTIME_API.length)) ?? [];
    const environment = this.pool.find(id);
    return environment?.answer(path, request) ?? { status: 410, headers: {}, body: '' };
  }

  stop(): Promise<void> {
    return this.pool.stop();
  }

  private start(
    functionName: string,
    version: FunctionVersion,
    credentials: TemporaryCredentials,
    initialization: Initialization,
  ): Environment {
    const { cloud, code } = this;
    // The process's way to the Runtime API, so nobody may guess it.
    const id = cloud.uuid().replaceAll('-', '');
    const day = cloud.clock.date().toISOString().slice(0, 10).replaceAll('-', '/');
    // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
    const logStream =
      version.logging.group === `/aws/lambda/${functionName}`
        ? `${day}/[${version.version}]${id}`
        : `${day}/${functionName}[${version.version}][${id}]`;
    const codeFolder = code.folder(version.code.sha256);
    return this.startEnvironment({
      cloud,
      id,
      functionName,
      version,
      codeFolder,
      directory: join(cloud.directory, 'lambda'),
      variables: environmentVariables(cloud, {
        functionName,
        version,
        environmentId: id,
        logStream,
        codeFolder,
        // Of two layers that hold the same module, the later one counts.
        layerFolders: version.layers.map((layer) => code.folder(layer.code.sha256)).reverse(),
        credentials,
        initialization,
      }),
      logs: new LogWriter(cloud, rolePrincipal(version.role, functionName), version.logging.group, logStream),
    });
  }

  private async credentialsOf(functionName: string, role: string): Promise<TemporaryCredentials> {
    const key = `${role} ${functionName}`;
    const credentials = this.credentials.get(key) ?? (await this.cloud.credentialsFor(role, functionName));
    this.credentials.set(key, credentials);
    return credentials;
  }
}

function keyOf({ version, revisionId }: FunctionVersion): string {
  return `${version} ${revisionId}`;
}
