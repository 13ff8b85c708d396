import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type AccountKey, accessFile, openAccess } from './access';
import { ControlRoute } from './control-route';
import { Clock, type ClockOptions } from './gateway/clock';
import { type FaultOptions, Faults } from './gateway/faults';
import { Gateway } from './gateway/gateway';
import { accountPrincipal, type Principal, rolePrincipal } from './gateway/principal';
import type { WireRequest } from './gateway/protocols/http';
import { RandomSource } from './gateway/random-source';
import type { CallOptions, Cloud, Permission, Service, TemporaryCredentials } from './gateway/service';
import type { AccessKey } from './gateway/signature/authenticator';
import { StateFile } from './gateway/state-file';
import { chooseLocation } from './location';
import { type Limits, newServices, type Runtimes } from './services';
import type { GrantUse } from './services/iam/access-record';
import type { IamService } from './services/iam/iam-service';
import type { StsService } from './services/sts/sts-service';
import type { LocalCloudPlugin } from './web/plugin';
import { SignIn } from './web/sign-in';
import { WebRoute } from './web/web-route';

export interface LocalCloudOptions {
  /** Port on loopback. @default any free one */
  readonly port?: number;
  /** Folder that keeps the state over a restart. @default a temporary one, removed at the end */
  readonly dataFolder?: string;
  /** @default real time, from now; with a data folder not before the time at which it was left */
  readonly clock?: ClockOptions;
  /** The only region that it serves. @default the one of the data folder, or 'us-east-1' */
  readonly region?: string;
  /** 12 digits. @default the one of the data folder, or '000000000000' */
  readonly account?: string;
  /** The administrator's key. @default one that nobody can guess, kept with the state */
  readonly credentials?: AccountKey;
  /** Seed of identifiers and of random traffic routing. @default 1 */
  readonly seed?: number;
  /**
   * Resource types that stacks may have although the local cloud does not implement them, with `*` for any
   * characters, such as `AWS::EC2::*`: they get ids and attributes, and have no effect. @default none
   */
  readonly inert?: readonly string[];
  /** Faults that fall on calls of programs and workflows. @default none */
  readonly faults?: FaultOptions;
  /** @default processes of their own */
  readonly runtimes?: Runtimes;
  /** @default those of AWS */
  readonly limits?: Limits;
  /** What products add to its web page. @default none */
  readonly plugins?: readonly LocalCloudPlugin[];
  /** @default none */
  readonly log?: (message: string) => void;
}

/** An AWS endpoint on loopback: all services of `local/services` behind one port. */
export class LocalCloud implements Cloud {
  readonly account: string;
  readonly region: string;
  readonly clock: Clock;
  readonly directory: string;
  readonly services: ReadonlyMap<string, Service>;
  readonly log: (message: string) => void;
  /** The administrator's key. */
  readonly credentials: AccountKey;
  private readonly gateway: Gateway;
  private readonly state: StateFile;
  private readonly randomness: RandomSource;
  private readonly isTemporary: boolean;
  private readonly signIn: SignIn;
  private port = 0;

  /** @throws Error if an option is not valid, or if the data folder holds what this version did not write */
  constructor(private readonly options: LocalCloudOptions = {}) {
    this.log = options.log ?? (() => {});
    this.isTemporary = options.dataFolder === undefined;
    this.directory = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'local-cloud-'));
    mkdirSync(this.directory, { recursive: true });
    // It holds keys, what functions are given, and all data.
    chmodSync(this.directory, OWNER_ONLY);
    const { token, ...generated } = openAccess(this.directory);
    this.credentials = options.credentials ?? generated;
    this.signIn = new SignIn(token);
    this.state = new StateFile(this.directory, {
      persistent: !this.isTemporary,
      cloudState: () => ({
        time: this.clock.now(),
        randomness: this.randomness.state,
        region: this.region,
        account: this.account,
      }),
      log: this.log,
    });
    ({ region: this.region, account: this.account } = chooseLocation(options, this.state.saved));
    this.clock = new Clock({ ...options.clock, start: this.startTime() });
    this.randomness = new RandomSource(this.state.saved?.randomness ?? options.seed ?? 1);
    const services = newServices(this, options.runtimes, options.limits, options.inert);
    this.services = new Map(services.map((service) => [service.name, service]));
    this.gateway = new Gateway({
      services: this.services,
      routes: [
        new ControlRoute(this, token),
        ...services.flatMap((service) => service.routes ?? []),
        // Its prefix is that of the others.
        new WebRoute(this, this.signIn, options.plugins),
      ],
      policies: {
        rolePolicies: (roleArn) => this.service<IamService>('iam').rolePolicies(roleArn),
        permissionsBoundary: (roleArn) => this.service<IamService>('iam').permissionsBoundary(roleArn),
        resourcePolicy: (arn) => this.resourcePolicy(arn),
        noteAllowed: (roleArn, request) => this.service<IamService>('iam').noteAllowed(roleArn, request),
      },
      region: this.region,
      accessKey: (accessKeyId) => this.accessKey(accessKeyId),
      realTime: () => Date.now(),
      cloudTime: () => this.clock.now(),
      requestId: () => this.uuid(),
      keep: () => this.state.keep(),
      log: this.log,
    });
    this.injectFaults(options.faults);
  }

  /**
   * Lets calls fail from now on, as if counting began again; none without options.
   *
   * @throws Error if an option is not valid
   */
  injectFaults(options: FaultOptions | undefined): void {
    const unknown = options?.services?.find((name) => !this.services.has(name));
    if (unknown) {
      throw new Error(
        `faults cannot fall on the service '${unknown}'; there are ${[...this.services.keys()].join(', ')}`,
      );
    }
    this.gateway.faults = options && new Faults(options);
  }

  /** `http://127.0.0.1:<port>` once started. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** How the commands reach it: their token is in the file. */
  get address(): { readonly url: string; readonly accessFile: string } {
    return { url: this.url, accessFile: accessFile(resolve(this.directory)) };
  }

  /**
   * @throws Error if the port is taken or another local cloud holds the data folder
   */
  async start(): Promise<void> {
    this.state.open();
    try {
      this.port = await this.gateway.listen(this.options.port ?? 0);
    } catch (error) {
      this.state.close();
      throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
        ? new Error(
            `port ${this.options.port} is taken; choose another one with --port, or stop what listens there`,
          )
        : error;
    }
    for (const service of this.services.values()) await service.start?.();
  }

  /** Ends every process and timer; keeps the state if there is a data folder. */
  async stop(): Promise<void> {
    this.clock.stop();
    for (const service of [...this.services.values()].reverse()) await service.stop?.();
    await this.gateway.close();
    this.state.close();
    if (this.isTemporary) rmSync(this.directory, { recursive: true, force: true });
  }

  /** For the administrator's clients: `new SSMClient(cloud.clientConfig)`. */
  get clientConfig(): {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: AccountKey;
  } {
    return { endpoint: this.url, region: this.region, credentials: this.credentials };
  }

  /** What each role may do, and how often a call needed it: a grant that no rehearsal used can perhaps go. */
  grants(): GrantUse[] {
    return this.service<IamService>('iam').grants();
  }

  /** Environment variables that lead the CDK, SDKs and the aws CLI here. */
  environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_ACCESS_KEY_ID: this.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: this.credentials.secretAccessKey,
      AWS_REGION: this.region,
      AWS_DEFAULT_REGION: this.region,
      CDK_DEFAULT_ACCOUNT: this.account,
      CDK_DEFAULT_REGION: this.region,
      CDK_DISABLE_CLI_TELEMETRY: '1',
      // Docker itself would push to AWS: it has the registry's host by the image's name.
      CDK_DOCKER: join(__dirname, 'docker', 'main.js'),
    };
  }

  /** A link to the web page that lets the browser in which it is opened read all pages. It works once. */
  pageLink(): string {
    return `${this.url}${this.signIn.newLink()}`;
  }

  table<Value>(name: string): Map<string, Value> {
    return this.state.table(name);
  }

  arn(service: string, resource: string): string {
    return `arn:aws:${service}:${this.region}:${this.account}:${resource}`;
  }

  async call<Output>(
    service: string,
    operation: string,
    input: object,
    principal: Principal,
    options?: CallOptions,
  ): Promise<Output> {
    const answer = this.gateway.call(service, operation, input, principal, options);
    return (await this.clock.track(answer)) as Output;
  }

  authorizeRequest(request: WireRequest, service: string, permissions: readonly Permission[]): Principal {
    return this.gateway.authorizeRequest(request, service, permissions);
  }

  service<S extends Service>(name: string): S {
    const service = this.services.get(name);
    if (!service) throw new Error(`the local cloud has no service ${name}`);
    return service as S;
  }

  id(length: number, alphabet?: 'base36' | 'hex' | 'upper'): string {
    return this.randomness.id(length, alphabet);
  }

  uuid(): string {
    return randomUUID();
  }

  random(): number {
    return this.randomness.next();
  }

  async credentialsFor(roleArn: string, sessionName: string): Promise<TemporaryCredentials> {
    return this.service<StsService>('sts').issue(rolePrincipal(roleArn, sessionName));
  }

  /** The account's own principal, which may do everything. */
  get administrator(): Principal {
    return accountPrincipal(this.account);
  }

  /** Time never runs backwards, or alarms and ledgers would contradict themselves. */
  private startTime(): Date {
    const wanted = this.options.clock?.start?.getTime() ?? Date.now();
    return new Date(Math.max(wanted, this.state.saved?.time ?? 0));
  }

  private accessKey(accessKeyId: string): AccessKey | undefined {
    const { credentials, administrator: principal } = this;
    return accessKeyId === credentials.accessKeyId
      ? { ...credentials, principal }
      : this.service<StsService>('sts').accessKey(accessKeyId);
  }

  private resourcePolicy(arn: string) {
    const [, , name = ''] = arn.split(':');
    const serviceName = RESOURCE_OWNERS[name] ?? name;
    return this.services.get(serviceName)?.resourcePolicy?.(arn);
  }
}

const OWNER_ONLY = 0o700;

/** Services whose ARNs carry another name than their credential scope. */
const RESOURCE_OWNERS: Readonly<Record<string, string>> = { cloudwatch: 'monitoring' };
