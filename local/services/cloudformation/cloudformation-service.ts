import * as sdk from '@aws-sdk/client-cloudformation';
import type { HttpRoute } from '../../gateway/gateway';
import type { Cloud, Operations, Permission, Service } from '../../gateway/service';
import { changeSetOperations } from './change-set-operations';
import { CustomResources } from './custom-resource';
import { descriptionOperations } from './description-operations';
import { InertResources } from './inert-resources';
import { implementedInputs } from './inputs';
import { ResourceTypes } from './resource-types';
import { isDeployed } from './stack';
import { interrupted, StackEngine } from './stack-engine';
import { stackOperations } from './stack-operations';
import { StackStore } from './stack-store';

/** CloudFormation: brings stacks to their templates, with the resource types of all services. */
export class CloudFormationService implements Service {
  readonly name = 'cloudformation';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly operations: Operations<typeof sdk>;
  readonly routes: readonly HttpRoute[];
  private readonly store: StackStore;
  private readonly types: ResourceTypes;

  /**
   * @param inert patterns of resource types that are accepted without effect
   * @throws Error for a pattern that no resource type matches
   */
  constructor(
    private readonly cloud: Cloud,
    inert: readonly string[] = [],
  ) {
    const customResources = new CustomResources(cloud);
    this.store = new StackStore(cloud);
    this.types = new ResourceTypes(cloud, customResources.provider, new InertResources(cloud, inert));
    const engine = new StackEngine(cloud, this.store, this.types);
    this.routes = [customResources.route];
    this.operations = {
      ...stackOperations(engine),
      ...changeSetOperations(cloud, engine),
      ...descriptionOperations(cloud, this.store),
    };
  }

  /** How many resources without effect there are, by type. */
  inertResources(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { resources } of this.store.living()) {
      for (const resource of resources.values()) {
        const { type } = resource;
        if (isDeployed(resource) && this.types.isInert(type)) counts[type] = (counts[type] ?? 0) + 1;
      }
    }
    return counts;
  }

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const roleArn = input.RoleARN as string | undefined;
    return [
      { action: `cloudformation:${operation}`, resource: this.stackArn(input) },
      ...(roleArn
        ? [
            {
              action: 'iam:PassRole',
              resource: roleArn,
              context: { 'iam:PassedToService': 'cloudformation.amazonaws.com' },
            },
          ]
        : []),
    ];
  }

  /** What was in progress when the local cloud stopped cannot go on. */
  async start(): Promise<void> {
    for (const stack of this.store.living()) {
      if (!stack.status.endsWith('_IN_PROGRESS') || stack.status === 'REVIEW_IN_PROGRESS') continue;
      stack.status = interrupted(stack.status);
      stack.statusReason = 'the local cloud was stopped in the middle of this operation';
    }
  }

  private stackArn({ StackName, ChangeSetName }: Record<string, unknown>): string {
    const changeSetArn = String(ChangeSetName).startsWith('arn:') ? String(ChangeSetName) : undefined;
    const name = (StackName ?? this.store.changeSets.get(changeSetArn ?? '')?.stackId) as string | undefined;
    if (name === undefined) return '*';
    return this.store.tryFindStack(name)?.id ?? this.cloud.arn('cloudformation', `stack/${name}/*`);
  }
}
