import { isDeepStrictEqual } from 'node:util';
import type { OnFailure, Parameter, ResourceChange, StackStatus, Tag } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../gateway/aws-error';
import { type Principal, rolePrincipal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';
import { ChangeFinder } from './changes';
import { Deployment } from './deployment';
import { resolveParameters } from './parameters';
import { planOf } from './plan';
import { checkCapabilities, type ResourceTypes } from './resource-types';
import type { Stack, StackGoal } from './stack';
import type { StackStore } from './stack-store';
import { parseTemplate } from './template';
import { templateText } from './template-source';

/** What creating, updating and change sets have in common. */
export interface StackInput {
  readonly StackName?: string;
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
  readonly UsePreviousTemplate?: boolean;
  readonly Parameters?: Parameter[];
  readonly Tags?: Tag[];
  readonly Capabilities?: StackGoal['capabilities'][number][];
  readonly RoleARN?: string;
}

export interface Proposal {
  readonly goal: StackGoal;
  readonly changes: readonly ResourceChange[];
  /** Whether anything would be different, outputs and tags included. */
  readonly isChange: boolean;
}

/** Works out what stacks are to become, and starts to bring them there. */
export class StackEngine {
  constructor(
    private readonly cloud: Cloud,
    readonly store: StackStore,
    readonly types: ResourceTypes,
  ) {}

  newStack(name: string, caller: Principal): Stack {
    if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name)) {
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
      );
    }
    return {
      id: this.cloud.arn('cloudformation', `stack/${name}/${this.cloud.uuid()}`),
      name,
      caller,
      created: this.cloud.clock.date(),
      status: 'REVIEW_IN_PROGRESS',
      outputs: [],
      imports: [],
      resources: new Map(),
      onFailure: 'ROLLBACK',
      terminationProtection: false,
    };
  }

  /**
   * @throws AwsError if the template, the parameters or the capabilities do not do; nothing is touched yet
   */
  async propose(stack: Stack, input: StackInput, principal: Principal): Promise<Proposal> {
    const templateBody = await templateText(this.cloud, input, principal, stack);
    const template = parseTemplate(templateBody);
    checkCapabilities(template, input.Capabilities ?? []);
    const roleArn = input.RoleARN ?? stack.roleArn;
    const actor = roleArn ? rolePrincipal(roleArn, 'AWSCloudFormation') : principal;
    const parameters = await resolveParameters(
      template,
      input.Parameters ?? [],
      stack.goal?.parameters ?? {},
      (name) => this.readSsmParameter(name, actor),
    );
    const goal: StackGoal = {
      templateBody,
      description: template.Description,
      parameters,
      tags: input.Tags ?? stack.goal?.tags ?? [],
      capabilities: input.Capabilities ?? [],
      notificationArns: [],
    };
    const finder = new ChangeFinder(stack, this.types);
    const plan = planOf(this.cloud, this.store, stack, goal, finder);
    const changes = finder.find(plan);
    const former = stack.goal && parseTemplate(stack.goal.templateBody);
    const isChange =
      changes.length > 0 ||
      !isDeepStrictEqual(former?.Outputs, template.Outputs) ||
      !isDeepStrictEqual(stack.goal?.tags, goal.tags);
    return { goal, changes, isChange };
  }

  /** Starts to bring a stack to a goal. */
  deploy(
    stack: Stack,
    goal: StackGoal,
    options: { readonly onFailure: OnFailure; readonly token?: string },
  ): void {
    stack.onFailure = options.onFailure;
    this.store.stacks.set(stack.id, stack);
    const deployment = new Deployment(this.cloud, this.store, this.types, stack, options.token);
    this.inBackground(stack, deployment.deploy(goal));
  }

  /** Starts to delete a stack. */
  delete(stack: Stack, options: { readonly retained: readonly string[]; readonly token?: string }): void {
    const deployment = new Deployment(this.cloud, this.store, this.types, stack, options.token);
    this.inBackground(stack, deployment.delete(options.retained));
  }

  private inBackground(stack: Stack, work: Promise<void>): void {
    work.catch((error: Error) => {
      this.cloud.log(`the deployment of ${stack.name} broke off: ${error.stack}`);
      stack.status = interrupted(stack.status);
      stack.statusReason = `the local cloud failed: ${error.message}`;
    });
  }

  private async readSsmParameter(name: string, principal: Principal): Promise<string> {
    try {
      const { Parameter } = await this.cloud.call<{ Parameter: { Value: string } }>(
        'ssm',
        'GetParameter',
        { Name: name },
        principal,
      );
      return Parameter.Value;
    } catch (error) {
      if ((error as Error).name !== 'ParameterNotFound') throw error;
      throw new AwsError(
        'ValidationError',
        `Unable to fetch parameters [${name}] from parameter store for this account.`,
      );
    }
  }
}

/** @throws AwsError `ValidationError` unless a stack is in a state in which it can be updated */
export function checkUpdatable({ id, status }: Stack): void {
  if (UPDATABLE.includes(status)) return;
  throw new AwsError('ValidationError', `Stack:${id} is in ${status} state and can not be updated.`);
}

const UPDATABLE: readonly StackStatus[] = [
  'CREATE_COMPLETE',
  'CREATE_FAILED',
  'UPDATE_COMPLETE',
  'UPDATE_FAILED',
  'UPDATE_ROLLBACK_COMPLETE',
];

/** Where a stack stands whose operation never came to its end. */
export function interrupted(status: StackStatus): StackStatus {
  if (status.startsWith('CREATE')) return 'CREATE_FAILED';
  if (status.startsWith('DELETE')) return 'DELETE_FAILED';
  if (status.startsWith('UPDATE_ROLLBACK')) return 'UPDATE_ROLLBACK_FAILED';
  return status.startsWith('ROLLBACK') ? 'ROLLBACK_FAILED' : 'UPDATE_FAILED';
}
