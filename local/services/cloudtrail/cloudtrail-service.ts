import * as sdk from '@aws-sdk/client-cloudtrail';
import type { Operations, Permission, Service } from '../../gateway/service';
import { implementedInputs } from './inputs';

/**
 * CloudTrail, which the CDK CLI asks after a failed deployment. Nothing is recorded here: reasons are in the
 * stack's events.
 */
export class CloudTrailService implements Service {
  readonly name = 'cloudtrail';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly operations: Operations<typeof sdk> = {
    LookupEvents: () => ({ Events: [] }),
  };

  permissions(operation: string): Permission[] {
    return [{ action: `cloudtrail:${operation}`, resource: '*' }];
  }
}
