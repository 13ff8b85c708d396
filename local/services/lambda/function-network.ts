import { AwsError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';
import { roleMay } from './role-permissions';
import type { FunctionNetwork } from './stored-function';

export interface NetworkInput {
  readonly SubnetIds?: readonly string[] | undefined;
  readonly SecurityGroupIds?: readonly string[] | undefined;
  readonly Ipv6AllowedForDualStack?: boolean | undefined;
}

/**
 * The network of a function, which has no effect here; undefined for empty lists, which take a function out
 * of it.
 *
 * @throws AwsError InvalidParameterValueException for one without the other
 */
export function functionNetwork(input: NetworkInput): FunctionNetwork | undefined {
  const { SubnetIds: subnetIds = [], SecurityGroupIds: securityGroupIds = [] } = input;
  if (subnetIds.length === 0 && securityGroupIds.length === 0) return undefined;
  if (subnetIds.length === 0 || securityGroupIds.length === 0) {
    throw new AwsError(
      'InvalidParameterValueException',
      `VpcConfig needs subnets and security groups, got ${subnetIds.length} SubnetIds and ${securityGroupIds.length} SecurityGroupIds`,
    );
  }
  return { subnetIds, securityGroupIds, allowsIpv6: input.Ipv6AllowedForDualStack ?? false };
}

/**
 * @throws AwsError InvalidParameterValueException if the role of a function in a network may not make its
 * interfaces
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
export function checkNetworkRole(cloud: Cloud, roleArn: string): void {
  if (roleMay(cloud, roleArn, 'ec2:CreateNetworkInterface', '*')) return;
  throw new AwsError(
    'InvalidParameterValueException',
    'The provided execution role does not have permissions to call CreateNetworkInterface on EC2',
  );
}
