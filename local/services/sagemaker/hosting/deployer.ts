import type { DeploymentConfig, EndpointStatus } from '@aws-sdk/client-sagemaker';
import { rolePrincipal } from '../../../gateway/principal';
import type { Cloud } from '../../../gateway/service';
import { emitStateChange } from '../state-change-event';
import type { Store } from '../store';
import type { DataCapture } from './data-capture';
import type { DeploymentPolicy } from './deployment-policy';
import type { Containers, Fleet } from './fleet';
import { trippedAlarms } from './rollback-alarms';
import { Rollout } from './rollout';
import type { Deployment, PendingDeployment, StoredEndpoint } from './stored-endpoint';

/** A deployment configuration, and what it comes to. */
export interface Guardrails {
  readonly config: DeploymentConfig;
  readonly policy: DeploymentPolicy;
}

/**
 * Brings endpoints into the state that was asked for. A status such as `Creating` lasts as long as the
 * containers really take to start, not the minutes that AWS takes.
 */
export class Deployer {
  /** Changes in progress, by endpoint. */
  private readonly changes = new Map<string, Promise<void>>();

  constructor(
    private readonly cloud: Cloud,
    private readonly store: Store,
    private readonly fleet: Fleet,
    private readonly capture: DataCapture,
  ) {}

  create(endpoint: StoredEndpoint): void {
    this.store.endpoints.add(endpoint.name, endpoint);
    this.tell(endpoint);
    this.begin(endpoint.name, () => this.bringUp(endpoint));
  }

  /**
   * Brings a new fleet up and leads the traffic to it.
   *
   * @param guardrails how traffic moves and what undoes it; all at once without
   */
  update(name: string, deployment: Deployment, guardrails?: Guardrails): void {
    const pending: PendingDeployment = {
      deployment,
      since: this.cloud.clock.date(),
      stage: 'Creating',
      share: 0,
    };
    this.change(name, {
      status: 'Updating',
      failureReason: undefined,
      pending,
      ...(guardrails && { lastDeploymentConfig: guardrails.config }),
    });
    this.begin(name, async () => {
      try {
        const containers = await this.fleet.prepare(name, deployment);
        if (!guardrails) return this.finish(name, deployment, containers);
        this.fleet.admit(name, containers);
        await this.rollOut(name, pending, containers, guardrails.policy).proceed();
      } catch (error) {
        if (!this.fleet.isStopping) await this.rollBack(name, (error as Error).message);
      }
    });
  }

  /** Changes weights or instance counts; containers stay. */
  rescale(name: string, deployment: Deployment): void {
    this.change(name, { status: 'Updating', failureReason: undefined });
    this.begin(name, async () => this.change(name, { status: 'InService', deployment }));
  }

  remove(name: string): void {
    const { arn } = this.store.endpoints.get(name);
    this.change(name, { status: 'Deleting' });
    this.begin(name, async () => {
      await this.fleet.remove(name);
      await this.capture.flush(name);
      this.store.endpoints.delete(name);
      this.store.tags.forget(arn);
    });
  }

  /** Resolves when nothing happens to an endpoint any more. */
  async settled(name: string): Promise<void> {
    await this.changes.get(name.toLowerCase());
  }

  /** Starts again what was restored from a data folder. */
  async restore(): Promise<void> {
    for (const endpoint of this.store.endpoints.all()) {
      if (endpoint.status === 'Deleting') this.store.endpoints.delete(endpoint.name);
      else if (endpoint.status !== 'Failed') this.begin(endpoint.name, () => this.bringUp(endpoint));
    }
    await Promise.all(this.changes.values());
  }

  async stop(): Promise<void> {
    await this.fleet.stop();
    await Promise.all(this.changes.values());
  }

  private rollOut(
    name: string,
    pending: PendingDeployment,
    containers: Containers,
    policy: DeploymentPolicy,
  ): Rollout {
    const { deployment, since } = pending;
    const observer = rolePrincipal(deployment.variants[0]?.serving.roleArn as string, 'SageMaker');
    return new Rollout({
      clock: this.cloud.clock,
      policy,
      since: since.getTime(),
      objection: () => trippedAlarms(this.cloud, policy.alarmNames, observer),
      shift: (share) => {
        const endpoint = this.store.endpoints.get(name);
        this.store.endpoints.put(name, { ...endpoint, pending: { ...pending, stage: 'Baking', share } });
      },
      finish: async () => this.finish(name, deployment, containers),
      rollBack: (reason) => this.rollBack(name, reason),
    });
  }

  private finish(name: string, deployment: Deployment, containers: Containers): void {
    // In one turn, so that no request finds one without the other.
    const drained = this.fleet.replace(name, containers);
    this.change(name, { status: 'InService', deployment, pending: undefined });
    this.cloud.clock.track(drained);
  }

  private async rollBack(name: string, failureReason: string): Promise<void> {
    this.change(name, { status: 'RollingBack', pending: undefined });
    await this.fleet.dismiss(name);
    this.change(name, { status: 'InService', failureReason });
  }

  private async bringUp({ name, deployment }: StoredEndpoint): Promise<void> {
    try {
      await this.fleet.replace(name, await this.fleet.prepare(name, deployment));
      this.change(name, { status: 'InService', pending: undefined });
    } catch (error) {
      if (this.fleet.isStopping) return;
      this.change(name, { status: 'Failed', pending: undefined, failureReason: (error as Error).message });
    }
  }

  private begin(name: string, work: () => Promise<void>): void {
    const key = name.toLowerCase();
    const change = work()
      .catch((error: Error) => this.cloud.log(`sagemaker: endpoint ${name}: ${error.stack}`))
      .finally(() => {
        if (this.changes.get(key) === change) this.changes.delete(key);
      });
    this.changes.set(key, change);
    this.cloud.clock.track(change);
  }

  private change(
    name: string,
    news: { readonly status: EndpointStatus } & Partial<
      Pick<StoredEndpoint, 'failureReason' | 'deployment' | 'pending' | 'lastDeploymentConfig'>
    >,
  ): void {
    const endpoint = { ...this.store.endpoints.get(name), ...news, modified: this.cloud.clock.date() };
    this.store.endpoints.put(name, endpoint);
    this.tell(endpoint);
  }

  private tell(endpoint: StoredEndpoint): void {
    emitStateChange(this.cloud, 'Endpoint', endpoint.arn, {
      EndpointName: endpoint.name,
      EndpointArn: endpoint.arn,
      EndpointConfigName: endpoint.deployment.configName,
      EndpointStatus: inCapitals(endpoint.status),
      FailureReason: endpoint.failureReason,
      CreationTime: endpoint.created,
      LastModifiedTime: endpoint.modified,
      Tags: this.store.tags.find(endpoint.arn) ?? {},
    });
  }
}

/** Events write `IN_SERVICE` where the API writes `InService`. */
function inCapitals(status: string): string {
  return status.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}
