import { AwsError } from '../../gateway/aws-error';
import { type Principal, rolePrincipal, servicePrincipal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';

const SERVICE = 'sagemaker.amazonaws.com';

/**
 * The role that a job or model acts with.
 *
 * @throws AwsError ValidationException if there is no such role, or SageMaker may not assume it
 */
export async function assumeExecutionRole(cloud: Cloud, roleArn: string): Promise<Principal> {
  const asSageMaker = servicePrincipal(SERVICE, cloud.account);
  try {
    await cloud.call('sts', 'AssumeRole', { RoleArn: roleArn, RoleSessionName: 'SageMaker' }, asSageMaker);
  } catch {
    throw new AwsError(
      'ValidationException',
      `Could not assume role ${roleArn}. Please ensure that the role exists and allows principal '${SERVICE}' to assume the role.`,
    );
  }
  return rolePrincipal(roleArn, 'SageMaker');
}

/** The environment through which a container reaches this cloud as its role. */
export async function roleEnvironment(cloud: Cloud, roleArn: string): Promise<Record<string, string>> {
  const credentials = await cloud.credentialsFor(roleArn, 'SageMaker');
  return {
    AWS_ENDPOINT_URL: cloud.url,
    AWS_REGION: cloud.region,
    AWS_DEFAULT_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  };
}
