import type { Cloud } from '../../gateway/service';
import type { IamService } from '../iam/iam-service';

/** Whether the role of a function may do something to a resource, by its own policies. */
export function roleMay(cloud: Cloud, roleArn: string, action: string, resource: string): boolean {
  return cloud.service<IamService>('iam').isAllowed(roleArn, 'lambda', action, resource);
}
