import * as sdk from '@aws-sdk/client-sts';
import { AwsError } from '../../gateway/aws-error';
import { accountPrincipal, type Principal, rolePrincipal } from '../../gateway/principal';
import type { Cloud, Operations, Permission, Service, TemporaryCredentials } from '../../gateway/service';

const DEFAULT_DURATION_SECONDS = 3600;

/** STS: who somebody is, and roles that are assumed. */
export class StsService implements Service {
  readonly name = 'sts';
  readonly sdk = sdk;
  private readonly sessions: Map<string, Principal>;

  constructor(private readonly cloud: Cloud) {
    this.sessions = cloud.table('sts/sessions');
  }

  readonly operations: Operations<typeof sdk> = {
    GetCallerIdentity: (_input, { principal }) => ({
      Account: this.cloud.account,
      Arn: principal.arn,
      UserId: principal.type === 'role' ? `AROALOCAL:${principal.sessionName}` : this.cloud.account,
    }),

    AssumeRole: (input) => {
      const role = rolePrincipal(input.RoleArn as string, input.RoleSessionName as string);
      const { accessKeyId, secretAccessKey, sessionToken } = this.issue(role);
      const duration = (input.DurationSeconds ?? DEFAULT_DURATION_SECONDS) * 1000;
      return {
        Credentials: {
          AccessKeyId: accessKeyId,
          SecretAccessKey: secretAccessKey,
          SessionToken: sessionToken,
          // Clients compare with their own clock, which is the real one.
          Expiration: new Date(Date.now() + duration),
        },
        AssumedRoleUser: { Arn: role.arn, AssumedRoleId: `AROALOCAL:${input.RoleSessionName}` },
      };
    },
  };

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    if (operation === 'GetCallerIdentity') return [];
    return [{ action: `sts:${operation}`, resource: input.RoleArn as string }];
  }

  /** The holder of an access key; a key that was not given out here is the account's own. */
  principalOf(accessKeyId: string | undefined): Principal {
    const session = accessKeyId === undefined ? undefined : this.sessions.get(accessKeyId);
    if (!session && accessKeyId?.startsWith('ASIA')) {
      throw new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', {
        status: 403,
      });
    }
    return session ?? accountPrincipal(this.cloud.account);
  }

  /** Temporary credentials for a principal. */
  issue(principal: Principal): TemporaryCredentials {
    const accessKeyId = `ASIA${this.cloud.id(16, 'upper')}`;
    this.sessions.set(accessKeyId, principal);
    return { accessKeyId, secretAccessKey: this.cloud.id(40), sessionToken: this.cloud.id(64) };
  }
}
