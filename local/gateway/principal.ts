/** Who makes a call. */
export type Principal =
  /** The account itself. Allowed everything. */
  | { readonly type: 'account'; readonly account: string; readonly arn: string }
  | {
      readonly type: 'role';
      readonly account: string;
      /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
      readonly arn: string;
      readonly roleArn: string;
      readonly sessionName: string;
    }
  /** An AWS service acting for itself, e.g. EventBridge that starts a target by a resource policy. */
  | {
      readonly type: 'service';
      readonly service: string;
      readonly arn: string;
      /** ARN of the rule, topic, ... on whose behalf; the condition key `aws:SourceArn`. */
      readonly sourceArn?: string;
      readonly account: string;
    };

export function accountPrincipal(account: string): Principal {
  return { type: 'account', account, arn: `arn:aws:iam::${account}:root` };
}

export function rolePrincipal(roleArn: string, sessionName: string): Principal {
  const [, , , , account = '', resource = ''] = roleArn.split(':');
  const role = resource.split('/').pop();
  return {
    type: 'role',
    account,
    roleArn,
    sessionName,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${sessionName}`,
  };
}

/** @param service e.g. `events.amazonaws.com` */
export function servicePrincipal(service: string, account: string, sourceArn?: string): Principal {
  return { type: 'service', service, account, sourceArn, arn: service };
}
