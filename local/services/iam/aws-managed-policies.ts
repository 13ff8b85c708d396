import { NotImplementedError } from '../../gateway/aws-error';
import type { PolicyDocument } from '../../gateway/policy';

/**
 * The policies of AWS's own that are known here, by the end of their ARN. Source: the AWS managed policy
 * reference.
 */
const POLICIES: Readonly<Record<string, PolicyDocument>> = {
  AdministratorAccess: allow('*'),
  ReadOnlyAccess: allow('*:Get*', '*:List*', '*:Describe*', '*:BatchGet*', '*:Lookup*'),
  AWSCloudFormationReadOnlyAccess: allow(
    'cloudformation:BatchDescribe*',
    'cloudformation:Describe*',
    'cloudformation:EstimateTemplateCost',
    'cloudformation:Get*',
    'cloudformation:List*',
    'cloudformation:ValidateTemplate',
    'cloudformation:Detect*',
  ),
  'service-role/AWSLambdaBasicExecutionRole': allow(
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ),
  'service-role/AWSLambdaVPCAccessExecutionRole': allow(
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ),
};

/**
 * @throws NotImplementedError for a policy that is not in the list
 */
export function awsManagedPolicy(arn: string): PolicyDocument {
  const policy = POLICIES[arn.slice(arn.indexOf(':policy/') + ':policy/'.length)];
  if (!policy) throw new NotImplementedError(`the AWS managed policy ${arn}`);
  return policy;
}

function allow(...actions: string[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
}
