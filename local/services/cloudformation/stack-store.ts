import type {
  ChangeSetStatus,
  ExecutionStatus,
  OnStackFailure,
  ResourceChange,
  StackEvent,
} from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';
import type { Stack, StackGoal } from './stack';

export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly description?: string;
  readonly created: Date;
  readonly goal: StackGoal;
  readonly roleArn?: string;
  readonly onStackFailure?: OnStackFailure;
  readonly changes: readonly ResourceChange[];
  readonly status: ChangeSetStatus;
  readonly statusReason?: string;
  executionStatus: ExecutionStatus;
}

/** Stacks, their change sets and their events. */
export class StackStore {
  readonly stacks: Map<string, Stack>;
  readonly changeSets: Map<string, ChangeSet>;
  private readonly events: Map<string, StackEvent[]>;

  constructor(cloud: Cloud) {
    this.stacks = cloud.table('cloudformation/stacks');
    this.changeSets = cloud.table('cloudformation/change-sets');
    this.events = cloud.table('cloudformation/events');
  }

  /** By name, or by id, which also finds a deleted stack. */
  tryFindStack(nameOrId: string): Stack | undefined {
    return this.stacks.get(nameOrId) ?? this.living().find(({ name }) => name === nameOrId);
  }

  /** @throws AwsError `ValidationError` if there is no such stack */
  findStack(nameOrId: string | undefined): Stack {
    const stack = this.tryFindStack(nameOrId ?? '');
    if (!stack) throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
    return stack;
  }

  living(): Stack[] {
    return [...this.stacks.values()].filter(({ status }) => status !== 'DELETE_COMPLETE');
  }

  changeSetsOf(stack: Stack): ChangeSet[] {
    return [...this.changeSets.values()].filter(({ stackId }) => stackId === stack.id);
  }

  tryFindChangeSet(nameOrId: string, stackNameOrId: string | undefined): ChangeSet | undefined {
    const byId = this.changeSets.get(nameOrId);
    const stack = this.tryFindStack(stackNameOrId ?? '');
    return byId ?? (stack && this.changeSetsOf(stack).find(({ name }) => name === nameOrId));
  }

  /** @throws AwsError `ChangeSetNotFound` */
  findChangeSet(nameOrId: string | undefined, stackNameOrId: string | undefined): ChangeSet {
    const changeSet = this.tryFindChangeSet(nameOrId ?? '', stackNameOrId);
    if (!changeSet) {
      throw new AwsError('ChangeSetNotFoundException', `ChangeSet [${nameOrId}] does not exist`);
    }
    return changeSet;
  }

  /** Oldest first. */
  eventsOf(stack: Stack): StackEvent[] {
    let events = this.events.get(stack.id);
    if (!events) {
      events = [];
      this.events.set(stack.id, events);
    }
    return events;
  }

  /** The value of an export and the stack that gives it. */
  tryFindExport(exportName: string): { readonly stack: Stack; readonly value: string } | undefined {
    for (const stack of this.living()) {
      const output = stack.outputs.find(({ ExportName }) => ExportName === exportName);
      if (output) return { stack, value: output.OutputValue ?? '' };
    }
    return undefined;
  }

  importersOf(exportName: string): Stack[] {
    return this.living().filter(({ imports }) => imports.includes(exportName));
  }
}
