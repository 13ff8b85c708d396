import { optimizedAction, patternsOf } from '../integrations';
import { sdkOperation } from '../integrations/sdk-integration';
import { pascalCase } from '../integrations/sdk-shapes';
import type { SdkModels } from '../sdk-models';
import { isObject, type QueryLanguageName, type StateDefinition } from './definition';
import type { Diagnostics } from './diagnostics';
import { type IntegrationResource, parseResource } from './task-resource';

/** Checks what a Task state calls, and the names of its arguments. */
export function checkTask(
  state: StateDefinition,
  language: QueryLanguageName,
  models: SdkModels,
  location: string,
  found: Diagnostics,
): void {
  const { Resource = '', TimeoutSeconds, HeartbeatSeconds } = state;
  if (
    typeof TimeoutSeconds === 'number' &&
    typeof HeartbeatSeconds === 'number' &&
    HeartbeatSeconds >= TimeoutSeconds
  )
    found.schema('HeartbeatSeconds must be smaller than TimeoutSeconds', `${location}/HeartbeatSeconds`);
  if (/^arn:[\w-]+:states:[\w-]+:\d{12}:activity:/.test(Resource)) {
    found.notImplemented(`activities (${Resource})`, `${location}/Resource`);
    return;
  }
  const resource = parseResource(Resource);
  if (!resource) {
    notRecognized(Resource, location, found);
    return;
  }
  if (resource.kind === 'function') return;
  if (resource.kind === 'optimized' && !optimizedAction(resource)) {
    found.notImplemented(`the task resource ${Resource}`, `${location}/Resource`);
    return;
  }
  if (resource.kind === 'sdk' && !sdkOperation(resource)) {
    found.notImplemented(`the task resource ${Resource}`, `${location}/Resource`);
    return;
  }
  if (!patternsOf(resource).includes(resource.pattern)) {
    notRecognized(Resource, location, found);
    return;
  }
  const fields = fieldsOf(resource, models);
  if (fields === 'unknown operation') {
    notRecognized(Resource, location, found);
    return;
  }
  checkArguments(state, language, resource, fields, location, found);
}

/**
 * EXPRESS executions wait neither for jobs nor for tokens.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
 */
export function checkExpressTask(
  { Resource = '' }: StateDefinition,
  location: string,
  found: Diagnostics,
): void {
  const resource = parseResource(Resource);
  if (resource === undefined || resource.kind === 'function' || resource.pattern === 'request') return;
  found.schema(
    `Express executions do not support the '.${resource.pattern}' service integration pattern`,
    `${location}/Resource`,
  );
}

function notRecognized(resource: string, location: string, found: Diagnostics): void {
  found.schema(
    `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
    `${location}/Resource`,
  );
}

/** Names that the arguments may have; undefined if that is not known. */
function fieldsOf(
  resource: IntegrationResource,
  models: SdkModels,
): readonly string[] | undefined | 'unknown operation' {
  const action = resource.kind === 'optimized' ? optimizedAction(resource) : sdkOperation(resource);
  if (!action) return undefined;
  const known = resource.kind === 'optimized' ? optimizedAction(resource)?.fields : undefined;
  if (known) return known;
  const model = models.of(action.service);
  if (!model) return undefined;
  const operation = model.operations.get(action.operation);
  if (!operation) return 'unknown operation';
  return operation.input.isUnitSchema()
    ? []
    : [...operation.input.structIterator()].map(([name]) => pascalCase(name));
}

function checkArguments(
  state: StateDefinition,
  language: QueryLanguageName,
  resource: IntegrationResource,
  fields: readonly string[] | undefined,
  location: string,
  found: Diagnostics,
): void {
  const field = language === 'JSONata' ? 'Arguments' : 'Parameters';
  const given = state[field];
  if (!isObject(given)) return;
  const names = Object.keys(given).map((name) =>
    language === 'JSONPath' ? name.replace(/\.\$$/, '') : name,
  );
  for (const name of names)
    if (fields && !fields.includes(name))
      found.schema(`The field '${name}' is not supported by Step Functions`, `${location}/${field}`);
  const { required = [] } = (resource.kind === 'optimized' && optimizedAction(resource)) || {};
  for (const name of required)
    if (!names.includes(name))
      found.schema(`The field '${name}' is required but was missing`, `${location}/${field}`);
}
