import type {
  Capability,
  OnFailure,
  Output,
  ResourceStatus,
  StackStatus,
  Tag,
} from '@aws-sdk/client-cloudformation';
import type { Principal } from '../../gateway/principal';
import type { StoredParameters } from './parameters';
import type { DeletionPolicy } from './template';

/** A resource of a stack as it was last deployed. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  /** Undefined until the resource is made. */
  physicalId?: string;
  /** With all functions worked out. */
  properties: Readonly<Record<string, unknown>>;
  attributes: Readonly<Record<string, unknown>>;
  /** Logical ids of what it needs. */
  dependencies: readonly string[];
  metadata?: unknown;
  deletionPolicy: DeletionPolicy;
  updateReplacePolicy: DeletionPolicy;
  status: ResourceStatus;
  statusReason?: string;
  updated: Date;
}

/** What a deployment brings a stack to. */
export interface StackGoal {
  readonly templateBody: string;
  readonly description?: string;
  readonly parameters: StoredParameters;
  readonly tags: readonly Tag[];
  readonly capabilities: readonly Capability[];
  readonly notificationArns: readonly string[];
}

export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly created: Date;
  /** Undefined before the first deployment. */
  goal?: StackGoal;
  status: StackStatus;
  statusReason?: string;
  updated?: Date;
  deleted?: Date;
  roleArn?: string;
  /** Who acts if there is no role. */
  caller: Principal;
  changeSetId?: string;
  outputs: readonly Output[];
  /** Names of the exports of other stacks that it uses. */
  imports: readonly string[];
  readonly resources: Map<string, StackResource>;
  onFailure: OnFailure;
  terminationProtection: boolean;
}

/** Whether a resource is there and whole. */
export function isDeployed({ physicalId, status }: StackResource): boolean {
  return physicalId !== undefined && status !== 'CREATE_FAILED';
}

/** A name as CloudFormation makes it: stack, logical id, 12 random characters. */
export function generatedName(stackName: string, logicalId: string, suffix: string, maxLength = 255): string {
  const room = maxLength - suffix.length - 2;
  const half = Math.floor(room / 2);
  const forLogicalId = Math.min(logicalId.length, Math.max(half, room - stackName.length));
  const forStack = room - forLogicalId;
  return `${stackName.slice(0, forStack)}-${logicalId.slice(0, forLogicalId)}-${suffix}`;
}
