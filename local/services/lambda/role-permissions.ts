import { authorize } from '../../gateway/authorizer';
import { AwsError } from '../../gateway/aws-error';
import { rolePrincipal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';
import type { IamService } from '../iam/iam-service';

/** Whether the role of a function may do something to a resource, by its own policies. */
export function roleMay(cloud: Cloud, roleArn: string, action: string, resource: string): boolean {
  const iam = cloud.service<IamService>('iam');
  const policies = { rolePolicies: (arn: string) => iam.rolePolicies(arn), resourcePolicy: () => undefined };
  try {
    authorize(policies, rolePrincipal(roleArn, 'lambda'), [{ action, resource }]);
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}
