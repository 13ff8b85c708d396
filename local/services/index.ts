import type { Cloud, Service } from '../gateway/service';
import { IamService } from './iam/iam-service';
import { SsmService } from './ssm/ssm-service';
import { StsService } from './sts/sts-service';

/** All services of the local cloud, in the order in which they start. */
export function newServices(cloud: Cloud): Service[] {
  return [new StsService(cloud), new IamService(cloud), new SsmService(cloud)];
}
