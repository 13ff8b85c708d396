import { NotImplementedError } from '../../gateway/aws-error';

/**
 * Members that may be given when they ask for nothing. `ImportExistingResources`, which `cdk bootstrap` sets,
 * is not among them: nothing is imported, but a resource that exists already fails the deployment by its
 * name.
 */
const REFUSED_UNLESS_EMPTY = [
  'ResourcesToImport',
  'NotificationARNs',
  'ResourceTypes',
  'StackPolicyBody',
  'StackPolicyURL',
  'StackPolicyDuringUpdateBody',
  'StackPolicyDuringUpdateURL',
  'TimeoutInMinutes',
  'RetainExceptOnCreate',
  'DeploymentMode',
];

/** @throws NotImplementedError for what a stack operation is asked to do and cannot */
export function refuseUnsupported(operation: string, input: object): void {
  const given = input as Record<string, unknown>;
  for (const name of REFUSED_UNLESS_EMPTY) {
    if (!isEmpty(given[name])) throw new NotImplementedError(`${name} of ${operation}`);
  }
  const triggers = (given.RollbackConfiguration as { RollbackTriggers?: unknown } | undefined)
    ?.RollbackTriggers;
  if (!isEmpty(triggers)) throw new NotImplementedError(`RollbackTriggers of ${operation}`);
  const mode = (given.DeploymentConfig as { Mode?: string } | undefined)?.Mode;
  if (mode !== undefined && mode !== 'STANDARD') {
    throw new NotImplementedError(`the deployment mode ${mode} of ${operation}`);
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === false || (Array.isArray(value) && value.length === 0);
}
