import { AwsError } from '../../gateway/aws-error';
import { rolePrincipal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';
import { attributesOf, changedProperties } from './changes';
import { deleteInOrder, type Leftover } from './cleanup';
import { checkExports } from './exports';
import { deployedValues, outputsOf, type Plan, planOf } from './plan';
import { Progress } from './progress';
import { ResourceFailure, ResourceOperations } from './resource-operations';
import type { ResourceTypes } from './resource-types';
import { isDeployed, type Stack, type StackGoal, type StackResource } from './stack';
import type { StackStore } from './stack-store';
import { CREATE, CREATE_ROLLBACK, type StatusNames, UPDATE, UPDATE_ROLLBACK } from './status-names';
import type { ResourceDefinition } from './template';
import { TrackedWork } from './tracked-work';

type Properties = Readonly<Record<string, unknown>>;

/** What a deployment did to one resource, to be undone if it fails. */
interface Step {
  readonly current: StackResource;
  /** As it was before; undefined for a new one. */
  readonly former?: StackResource;
  /** Whether `current` is another thing than `former`, which is still there. */
  readonly isReplacement: boolean;
}

/** One operation on one stack: brings it to a goal, or deletes it. */
export class Deployment {
  private readonly progress: Progress;
  private readonly work: TrackedWork;
  private readonly resources: ResourceOperations;
  private readonly steps: Step[] = [];
  private readonly leftovers: Leftover[] = [];

  constructor(
    private readonly cloud: Cloud,
    private readonly store: StackStore,
    types: ResourceTypes,
    private readonly stack: Stack,
    clientRequestToken?: string,
  ) {
    this.progress = new Progress(cloud, store, stack, clientRequestToken);
    this.work = new TrackedWork(cloud.clock);
    const principal = stack.roleArn ? rolePrincipal(stack.roleArn, 'AWSCloudFormation') : stack.caller;
    this.resources = new ResourceOperations(cloud, types, stack, this.progress, this.work, principal);
  }

  /** Creates or updates; the stack's status tells how it ended. */
  deploy(goal: StackGoal): Promise<void> {
    return this.work.run(async () => {
      const former = { goal: this.stack.goal, outputs: this.stack.outputs, imports: this.stack.imports };
      const isCreation = former.goal === undefined;
      const status = isCreation ? CREATE : UPDATE;
      this.stack.goal = goal;
      if (!isCreation) this.stack.updated = this.cloud.clock.date();
      this.progress.stackIs(status.inProgress, 'User Initiated');
      try {
        const plan = planOf(this.cloud, this.store, this.stack, goal, deployedValues(this.stack));
        await this.carryOut(plan);
        const outputs = outputsOf(plan);
        checkExports(this.store, this.stack, outputs);
        this.stack.outputs = outputs;
        this.stack.imports = [...plan.evaluation.imports];
      } catch (error) {
        const reason = this.failureReason(error);
        if (this.stack.onFailure === 'DO_NOTHING') {
          this.progress.stackIs(status.failed, reason);
        } else {
          await this.rollBack(isCreation ? CREATE_ROLLBACK : UPDATE_ROLLBACK, former, reason);
        }
        return;
      }
      await this.finish(status);
    });
  }

  /** @param retained logical ids of resources to leave, after a deletion failed for them */
  delete(retained: readonly string[]): Promise<void> {
    return this.work.run(() => this.deleteAll(retained));
  }

  private async deleteAll(retained: readonly string[]): Promise<void> {
    this.progress.stackIs('DELETE_IN_PROGRESS', 'User Initiated');
    const { resources } = this.stack;
    const failed = await deleteInOrder(
      this.stack,
      [...resources.values()].map((resource) => ({
        resource,
        policy: retained.includes(resource.logicalId) ? 'Retain' : resource.deletionPolicy,
      })),
      this.resources,
    );
    if (failed.length > 0) {
      this.progress.stackIs(
        'DELETE_FAILED',
        `The following resource(s) failed to delete: [${failed.join(', ')}]. `,
      );
      return;
    }
    this.stack.outputs = [];
    this.stack.imports = [];
    this.stack.deleted = this.cloud.clock.date();
    this.progress.stackIs('DELETE_COMPLETE');
  }

  private async carryOut(plan: Plan): Promise<void> {
    for (const [logicalId, dependencies] of plan.order) {
      const definition = plan.template.Resources[logicalId] as ResourceDefinition;
      let properties: Properties;
      try {
        properties = plan.evaluation.resolve(definition.Properties ?? {}) as Properties;
      } catch (error) {
        throw new ResourceFailure(logicalId, (error as Error).message);
      }
      await this.bringTo({
        logicalId,
        type: definition.Type,
        properties,
        dependencies,
        attributes: {},
        status: 'CREATE_IN_PROGRESS',
        updated: this.cloud.clock.date(),
        ...attributesOf(definition),
      });
    }
    const removed = [...this.stack.resources.values()].filter(({ logicalId }) => !plan.order.has(logicalId));
    this.leftovers.push(...removed.map((resource) => ({ resource, policy: resource.deletionPolicy })));
  }

  private async bringTo(wanted: StackResource): Promise<void> {
    const { logicalId, properties, type } = wanted;
    const existing = this.stack.resources.get(logicalId);
    if (existing && !isDeployed(existing)) await this.resources.delete(existing, 'Delete');
    if (!existing || !isDeployed(existing)) {
      this.steps.push({ current: wanted, isReplacement: false });
      this.stack.resources.set(logicalId, wanted);
      await this.resources.create(wanted);
      return;
    }
    const changed = changedProperties(existing.properties, properties);
    const former = { ...existing };
    if (changed.some((name) => this.resources.isCreateOnly(type, name))) {
      this.steps.push({ current: wanted, former, isReplacement: true });
      this.stack.resources.set(logicalId, wanted);
      this.leftovers.push({ resource: former, policy: wanted.updateReplacePolicy });
      await this.resources.create(wanted);
      return;
    }
    const { metadata, deletionPolicy, updateReplacePolicy, dependencies } = wanted;
    Object.assign(existing, { metadata, deletionPolicy, updateReplacePolicy, dependencies });
    this.steps.push({ current: existing, former, isReplacement: false });
    if (changed.length === 0) return;
    const formerId = await this.resources.update(existing, properties);
    if (formerId !== undefined) this.leftovers.push({ resource: former, policy: updateReplacePolicy });
  }

  private async finish(status: StatusNames): Promise<void> {
    if (status.cleanup !== undefined) this.progress.stackIs(status.cleanup);
    await deleteInOrder(this.stack, this.leftovers, this.resources);
    this.progress.stackIs(status.complete);
  }

  /** Puts previous properties back, then deletes what was made. */
  private async rollBack(
    status: StatusNames,
    former: Pick<Stack, 'outputs' | 'imports'> & { readonly goal: StackGoal | undefined },
    reason: string,
  ): Promise<void> {
    this.progress.stackIs(status.inProgress, reason);
    const made: Leftover[] = [];
    try {
      for (const step of this.steps) await this.undo(step, made);
    } catch (error) {
      this.progress.stackIs(status.failed, this.failureReason(error));
      return;
    }
    if (status.cleanup !== undefined) this.progress.stackIs(status.cleanup);
    const failed = await deleteInOrder(this.stack, made, this.resources);
    // A stack whose creation failed keeps its template, to be inspected before it is deleted.
    if (former.goal) Object.assign(this.stack, former);
    const isCreation = former.goal === undefined;
    if (isCreation && failed.length > 0) {
      this.progress.stackIs(
        status.failed,
        `The following resource(s) failed to delete: [${failed.join(', ')}]. `,
      );
      return;
    }
    this.progress.stackIs(status.complete);
    if (isCreation && this.stack.onFailure === 'DELETE') await this.deleteAll([]);
  }

  private async undo({ current, former, isReplacement }: Step, made: Leftover[]): Promise<void> {
    if (!former || isReplacement) {
      const policy = current.deletionPolicy === 'Retain' && !former ? 'Retain' : 'Delete';
      made.push({ resource: current, policy });
      if (former) this.stack.resources.set(former.logicalId, former);
      return;
    }
    const isChanged =
      current.status === 'UPDATE_FAILED' ||
      changedProperties(current.properties, former.properties).length > 0;
    const { metadata, deletionPolicy, updateReplacePolicy, dependencies } = former;
    Object.assign(current, { metadata, deletionPolicy, updateReplacePolicy, dependencies });
    if (!isChanged) return;
    const attempted = { ...current };
    const otherId = await this.resources.update(current, former.properties);
    if (otherId !== undefined) made.push({ resource: attempted, policy: 'Delete' });
  }

  private failureReason(error: unknown): string {
    if (error instanceof ResourceFailure) {
      const { logicalId, reason } = error;
      const resource = this.stack.resources.get(logicalId);
      // A value that cannot be worked out fails before its resource has an event.
      const hasEvent = resource?.statusReason === reason;
      const verb = resource?.status === 'UPDATE_FAILED' ? 'update' : 'create';
      return `The following resource(s) failed to ${verb}: [${logicalId}]. ${hasEvent ? '' : reason}`;
    }
    if (!(error instanceof AwsError)) this.cloud.log(`${this.stack.name}: ${(error as Error).stack}`);
    return (error as Error).message;
  }
}
