import { dependencyOrder } from './dependency-graph';
import type { ResourceOperations } from './resource-operations';
import type { Stack, StackResource } from './stack';
import type { DeletionPolicy } from './template';

/** A resource that a stack no longer needs. */
export interface Leftover {
  readonly resource: StackResource;
  readonly policy: DeletionPolicy;
}

/**
 * Deletes what depends on others before those others; what a failed one needs stays.
 *
 * @returns logical ids of what could not be deleted
 */
export async function deleteInOrder(
  stack: Stack,
  leftovers: readonly Leftover[],
  operations: ResourceOperations,
): Promise<string[]> {
  const byId = new Map(leftovers.map((leftover) => [leftover.resource.logicalId, leftover]));
  const dependencies = new Map([...byId].map(([id, { resource }]) => [id, resource.dependencies]));
  const failed: string[] = [];
  const needed = new Set<string>();
  for (const id of dependencyOrder(dependencies).reverse()) {
    const { resource, policy } = byId.get(id) as Leftover;
    const isDeleted = !needed.has(id) && (await succeeds(operations.delete(resource, policy)));
    if (isDeleted) {
      if (stack.resources.get(id) === resource) stack.resources.delete(id);
      continue;
    }
    if (!needed.has(id)) failed.push(id);
    for (const dependency of resource.dependencies) needed.add(dependency);
  }
  return failed;
}

/** The resource's own event tells why it failed. */
function succeeds(work: Promise<void>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
