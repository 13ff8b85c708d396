import { AwsError } from '../../gateway/aws-error';
import { servicePrincipal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';
import type { IamService } from '../iam/iam-service';
import { allStates, type MachineDefinition } from './definition/definition';
import { parseResource } from './definition/task-resource';
import { optimizedAction } from './integrations';

/**
 * Checks what AWS checks of a role when a machine is made: that Step Functions may assume it, and that it may
 * make the rules by which `.sync` tasks hear of the end of their jobs.
 *
 * @throws AwsError AccessDeniedException
 */
export async function checkRole(
  cloud: Cloud,
  machineArn: string,
  roleArn: string,
  definition: MachineDefinition,
): Promise<void> {
  const service = servicePrincipal('states.amazonaws.com', cloud.account, machineArn);
  await cloud
    .call('sts', 'AssumeRole', { RoleArn: roleArn, RoleSessionName: cloud.id(32) }, service)
    .catch(() => {
      throw denied(
        'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
      );
    });
  for (const rule of managedRules(definition)) {
    const resource = cloud.arn('events', `rule/${rule}`);
    for (const action of ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'])
      if (!isAllowed(cloud, roleArn, action, resource))
        throw denied(`'${roleArn}' is not authorized to create managed-rule.`);
  }
}

/** @throws AwsError AccessDeniedException if the role may not have its executions logged */
export function checkLogDelivery(cloud: Cloud, roleArn: string): void {
  if (!isAllowed(cloud, roleArn, 'logs:CreateLogDelivery', '*'))
    throw denied('The state machine IAM Role is not authorized to access the Log Destination');
}

function managedRules(definition: MachineDefinition): ReadonlySet<string> {
  const resources = allStates(definition).map(({ Resource = '' }) => parseResource(Resource));
  const rules = resources.map((resource) =>
    resource?.kind === 'optimized' && resource.pattern.startsWith('sync')
      ? optimizedAction(resource)?.job?.managedRule
      : undefined,
  );
  return new Set(rules.filter((rule) => rule !== undefined));
}

function isAllowed(cloud: Cloud, roleArn: string, action: string, resource: string): boolean {
  return cloud.service<IamService>('iam').isAllowed(roleArn, 'states', action, resource);
}

function denied(message: string): AwsError {
  return new AwsError('AccessDeniedException', message);
}
