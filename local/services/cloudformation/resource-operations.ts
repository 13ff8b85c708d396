import type { Principal } from '../../gateway/principal';
import type { Cloud, ResourceContext } from '../../gateway/service';
import { INERT_REMARK } from './inert-resources';
import type { Progress } from './progress';
import { isCustom, type ResourceTypes } from './resource-types';
import { generatedName, type Stack, type StackResource } from './stack';
import type { DeletionPolicy } from './template';
import type { TrackedWork } from './tracked-work';

type Properties = Readonly<Record<string, unknown>>;

/** What a resource provider of this service knows besides what all of them know. */
export interface DeploymentContext extends ResourceContext {
  readonly type: string;
  /** Waits for what may take time on the clock. */
  pause<Result>(wait: Promise<Result>): Promise<Result>;
}

/** A resource that could not be made or changed. */
export class ResourceFailure extends Error {
  constructor(
    readonly logicalId: string,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** A failure of a provider that made something nonetheless. */
export class FailureWithPhysicalId extends Error {
  constructor(
    message: string,
    readonly physicalId: string,
  ) {
    super(message);
  }
}

/** Makes, changes and deletes the resources of one stack, with their events. */
export class ResourceOperations {
  constructor(
    private readonly cloud: Cloud,
    private readonly types: ResourceTypes,
    private readonly stack: Stack,
    private readonly progress: Progress,
    private readonly work: TrackedWork,
    private readonly principal: Principal,
  ) {}

  /**
   * @param resource what to make; gets its physical id
   * @throws ResourceFailure
   */
  async create(resource: StackResource): Promise<void> {
    this.progress.resourceIs(resource, 'CREATE_IN_PROGRESS');
    try {
      const provider = this.types.find(resource.type);
      const state = await provider.create(structuredClone(resource.properties), this.context(resource));
      resource.physicalId = state.physicalId;
      resource.attributes = state.attributes ?? {};
    } catch (error) {
      if (error instanceof FailureWithPhysicalId) resource.physicalId = error.physicalId;
      throw this.failed(resource, 'CREATE_FAILED', error);
    }
    this.progress.resourceIs(resource, 'CREATE_COMPLETE', this.remark(resource));
  }

  /**
   * Changes a resource in place.
   *
   * @param resource what is there; keeps its properties if the change fails
   * @returns the previous physical id if the provider made a new thing instead
   * @throws ResourceFailure
   */
  async update(resource: StackResource, properties: Properties): Promise<string | undefined> {
    this.progress.resourceIs(resource, 'UPDATE_IN_PROGRESS');
    const formerId = resource.physicalId as string;
    try {
      const state = await this.types
        .find(resource.type)
        .update(
          formerId,
          structuredClone(properties),
          structuredClone(resource.properties),
          this.context(resource),
        );
      resource.properties = properties;
      resource.physicalId = state.physicalId;
      resource.attributes = state.attributes ?? {};
    } catch (error) {
      throw this.failed(resource, 'UPDATE_FAILED', error);
    }
    this.progress.resourceIs(resource, 'UPDATE_COMPLETE', this.remark(resource));
    return resource.physicalId !== formerId && isCustom(resource.type) ? formerId : undefined;
  }

  /** @throws ResourceFailure */
  async delete(resource: StackResource, policy: DeletionPolicy): Promise<void> {
    if (policy !== 'Delete') {
      this.progress.resourceIs(resource, 'DELETE_SKIPPED');
      return;
    }
    if (resource.physicalId === undefined) return;
    this.progress.resourceIs(resource, 'DELETE_IN_PROGRESS');
    try {
      await this.types
        .find(resource.type)
        .delete(resource.physicalId, structuredClone(resource.properties), this.context(resource));
    } catch (error) {
      throw this.failed(resource, 'DELETE_FAILED', error);
    }
    this.progress.resourceIs(resource, 'DELETE_COMPLETE');
  }

  /** Whether a change of a property needs a new resource. */
  isCreateOnly(type: string, property: string): boolean {
    return this.types.find(type).createOnly.includes(property);
  }

  private remark({ type }: StackResource): string | undefined {
    return this.types.isInert(type) ? INERT_REMARK : undefined;
  }

  private failed(
    resource: StackResource,
    status: 'CREATE_FAILED' | 'UPDATE_FAILED' | 'DELETE_FAILED',
    error: unknown,
  ): ResourceFailure {
    const reason = isCustom(resource.type) ? (error as Error).message : this.handlerMessage(error as Error);
    this.cloud.log(`${this.stack.name}/${resource.logicalId} ${status}: ${(error as Error).stack}`);
    this.progress.resourceIs(resource, status, reason);
    return new ResourceFailure(resource.logicalId, reason);
  }

  private handlerMessage(error: Error): string {
    return `Resource handler returned message: "${error.message}" (RequestToken: ${this.cloud.uuid()}, HandlerErrorCode: ${handlerErrorCode(error)})`;
  }

  private context({ logicalId, type }: StackResource): DeploymentContext {
    return {
      type,
      logicalId,
      stackName: this.stack.name,
      stackId: this.stack.id,
      tags: Object.fromEntries((this.stack.goal?.tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
      principal: this.principal,
      generateName: ({ maxLength, lowerCase } = {}) => {
        const name = generatedName(this.stack.name, logicalId, this.cloud.id(12, 'upper'), maxLength);
        return lowerCase ? name.toLowerCase() : name;
      },
      call: (service, operation, input) => this.cloud.call(service, operation, input, this.principal),
      pause: (wait) => this.work.pause(wait),
    };
  }
}

function handlerErrorCode({ name }: Error): string {
  if (/AccessDenied/.test(name)) return 'AccessDenied';
  if (/AlreadyExist|AlreadyOwned|InUse/.test(name)) return 'AlreadyExists';
  if (/NotFound|NoSuch/.test(name)) return 'NotFound';
  if (/Throttl/.test(name)) return 'Throttling';
  if (/Validation|Invalid|Malformed|NotImplemented/.test(name)) return 'InvalidRequest';
  return 'GeneralServiceException';
}
