import type { Cloud } from '../../gateway/service';
import { alreadyThere, missing, type ResourceKind, resourceArn } from './resource-kinds';

/** Resources of one kind. Names differ by more than case, and are found in any case. */
export class ResourceTable<Resource> {
  private readonly items: Map<string, Resource>;

  constructor(
    private readonly cloud: Cloud,
    private readonly kind: ResourceKind,
  ) {
    this.items = cloud.table(`sagemaker/${kind}s`);
  }

  arn(name: string): string {
    return resourceArn(this.cloud, this.kind, name);
  }

  find(name: string): Resource | undefined {
    return this.items.get(name.toLowerCase());
  }

  /** @throws AwsError if there is none */
  get(name: string | undefined): Resource {
    const found = this.find(name ?? '');
    if (found === undefined) throw missing(this.kind, name ?? '', this.arn(name ?? ''));
    return found;
  }

  /** @throws AwsError if the name is taken */
  add(name: string, resource: Resource): void {
    this.mustBeNew(name);
    this.put(name, resource);
  }

  /** @throws AwsError if the name is taken */
  mustBeNew(name: string): void {
    if (this.find(name) !== undefined) throw alreadyThere(this.kind, this.arn(name));
  }

  put(name: string, resource: Resource): void {
    this.items.set(name.toLowerCase(), resource);
  }

  delete(name: string): void {
    this.items.delete(name.toLowerCase());
  }

  all(): Resource[] {
    return [...this.items.values()];
  }
}
