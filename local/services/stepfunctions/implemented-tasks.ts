import { NotImplementedError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';
import { allStates, type MachineDefinition } from './definition/definition';
import { parseResource, type TaskResource } from './definition/task-resource';
import { optimizedAction } from './integrations';
import { sdkOperation } from './integrations/sdk-integration';

/** @throws NotImplementedError for tasks whose service or operation the local cloud does not have */
export function requireImplementedTasks(cloud: Cloud, definition: MachineDefinition): void {
  for (const { Resource } of allStates(definition)) {
    const api = Resource && apiOf(parseResource(Resource));
    if (!api) continue;
    const { service, operation } = api;
    if (!cloud.services.get(service)?.operations[operation])
      throw new NotImplementedError(`${service}:${operation}, which ${Resource} calls`);
  }
}

function apiOf(
  resource: TaskResource | undefined,
): { readonly service: string; readonly operation: string } | undefined {
  if (resource === undefined || resource.kind === 'function') return undefined;
  return resource.kind === 'sdk' ? sdkOperation(resource) : optimizedAction(resource);
}
