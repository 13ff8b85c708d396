import * as sdk from '@aws-sdk/client-sts';
import { AwsError } from '../../gateway/aws-error';
import { type Principal, rolePrincipal } from '../../gateway/principal';
import { newAccessKeyId, newSecret } from '../../gateway/secrets';
import type { Cloud, Operations, Permission, Service, TemporaryCredentials } from '../../gateway/service';
import type { AccessKey } from '../../gateway/signature/authenticator';
import type { IamService } from '../iam/iam-service';
import { implementedInputs } from './inputs';

const DEFAULT_DURATION_SECONDS = 3600;

/** STS: who somebody is, and roles that are assumed. */
export class StsService implements Service {
  readonly name = 'sts';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  private readonly keys: Map<string, AccessKey>;

  constructor(private readonly cloud: Cloud) {
    this.keys = cloud.table('sts/temporary-keys');
  }

  readonly operations: Operations<typeof sdk> = {
    GetCallerIdentity: (_input, { principal }) => ({
      Account: this.cloud.account,
      Arn: principal.arn,
      UserId: principal.type === 'role' ? `AROALOCAL:${principal.sessionName}` : this.cloud.account,
    }),

    AssumeRole: (input) => {
      const role = rolePrincipal(input.RoleArn as string, input.RoleSessionName as string);
      // Clients compare with their own clock, which is the real one.
      const seconds = input.DurationSeconds ?? DEFAULT_DURATION_SECONDS;
      if (seconds > this.cloud.service<IamService>('iam').maxSessionDuration(input.RoleArn as string)) {
        // As AWS words it in "Update the maximum session duration for a role" of the IAM user guide.
        throw new AwsError(
          'ValidationError',
          'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
        );
      }
      const expires = Date.now() + seconds * 1000;
      const { accessKeyId, secretAccessKey, sessionToken } = this.issue(role, expires);
      return {
        Credentials: {
          AccessKeyId: accessKeyId,
          SecretAccessKey: secretAccessKey,
          SessionToken: sessionToken,
          Expiration: new Date(expires),
        },
        AssumedRoleUser: { Arn: role.arn, AssumedRoleId: `AROALOCAL:${input.RoleSessionName}` },
      };
    },
  };

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    if (operation === 'GetCallerIdentity') return [];
    return [{ action: `sts:${operation}`, resource: input.RoleArn as string }];
  }

  /** A key that was issued here. */
  accessKey(accessKeyId: string): AccessKey | undefined {
    return this.keys.get(accessKeyId);
  }

  /**
   * Temporary credentials for a principal. @param expires in real milliseconds; @default never: those of a
   * process end with it
   */
  issue(principal: Principal, expires?: number): TemporaryCredentials {
    const accessKeyId = newAccessKeyId('ASIA');
    const secretAccessKey = newSecret();
    const sessionToken = newSecret() + newSecret();
    this.keys.set(accessKeyId, { secretAccessKey, sessionToken, expires, principal });
    return { accessKeyId, secretAccessKey, sessionToken };
  }
}
