import type { ResourceStatus, StackStatus } from '@aws-sdk/client-cloudformation';
import type { Cloud } from '../../gateway/service';
import type { Stack, StackResource } from './stack';
import type { StackStore } from './stack-store';

/** Keeps the states of a stack and its resources during one operation, with an event for each change. */
export class Progress {
  private operationId: string;

  constructor(
    private readonly cloud: Cloud,
    private readonly store: StackStore,
    private readonly stack: Stack,
    private readonly clientRequestToken: string | undefined,
  ) {
    this.operationId = cloud.uuid();
  }

  stackIs(status: StackStatus, reason?: string): void {
    this.stack.status = status;
    this.stack.statusReason = reason;
    // A rollback is an operation of its own.
    if (status.endsWith('ROLLBACK_IN_PROGRESS')) this.operationId = this.cloud.uuid();
    this.record(
      {
        LogicalResourceId: this.stack.name,
        PhysicalResourceId: this.stack.id,
        ResourceType: 'AWS::CloudFormation::Stack',
      },
      status as ResourceStatus,
      reason,
    );
  }

  resourceIs(resource: StackResource, status: ResourceStatus, reason?: string): void {
    resource.status = status;
    resource.statusReason = reason;
    resource.updated = this.cloud.clock.date();
    this.record(
      {
        LogicalResourceId: resource.logicalId,
        PhysicalResourceId: resource.physicalId ?? '',
        ResourceType: resource.type,
        ResourceProperties: JSON.stringify(resource.properties),
      },
      status,
      reason,
    );
  }

  private record(
    what: {
      readonly LogicalResourceId: string;
      readonly PhysicalResourceId: string;
      readonly ResourceType: string;
      readonly ResourceProperties?: string;
    },
    ResourceStatus: ResourceStatus,
    ResourceStatusReason: string | undefined,
  ): void {
    const events = this.store.eventsOf(this.stack);
    const latest = events.at(-1)?.Timestamp?.getTime() ?? 0;
    events.push({
      ...what,
      StackId: this.stack.id,
      StackName: this.stack.name,
      EventId: this.cloud.uuid(),
      OperationId: this.operationId,
      // Clients sort by time: no two events have the same.
      Timestamp: new Date(Math.max(this.cloud.clock.now(), latest + 1)),
      ResourceStatus,
      ...(ResourceStatusReason !== undefined && { ResourceStatusReason }),
      ...(this.clientRequestToken !== undefined && { ClientRequestToken: this.clientRequestToken }),
    });
  }
}
