import * as sdk from '@aws-sdk/client-sts';
import { type Principal, rolePrincipal } from '../../gateway/principal';
import { newAccessKeyId, newSecret } from '../../gateway/secrets';
import type { Cloud, Operations, Permission, Service, TemporaryCredentials } from '../../gateway/service';
import type { AccessKey } from '../../gateway/signature/authenticator';

const DEFAULT_DURATION_SECONDS = 3600;

/** STS: who somebody is, and roles that are assumed. */
export class StsService implements Service {
  readonly name = 'sts';
  readonly sdk = sdk;
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
      const expires = Date.now() + (input.DurationSeconds ?? DEFAULT_DURATION_SECONDS) * 1000;
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

  /** Temporary credentials for a principal. @param expires in real milliseconds; @default never: those of a process end with it */
  issue(principal: Principal, expires?: number): TemporaryCredentials {
    const accessKeyId = newAccessKeyId('ASIA');
    const secretAccessKey = newSecret();
    const sessionToken = newSecret() + newSecret();
    this.keys.set(accessKeyId, { secretAccessKey, sessionToken, expires, principal });
    return { accessKeyId, secretAccessKey, sessionToken };
  }
}
