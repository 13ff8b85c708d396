import {
  type AddToPrincipalPolicyResult,
  ArnPrincipal,
  type IRole,
  Policy,
  type PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * What a pipeline adds to a role of its user: a policy of the pipeline, so that the role can be of any stack
 * of the app, and whoever checks policies finds the statements where the pipeline explains them. A role that
 * is imported as immutable gets none.
 */
export class AddedPermissions extends ArnPrincipal {
  private readonly policy: Policy;

  constructor(scope: Construct, id: string, role: IRole) {
    super(role.roleArn);
    this.policy = new Policy(scope, id);
    role.attachInlinePolicy(this.policy);
  }

  override addToPrincipalPolicy(statement: PolicyStatement): AddToPrincipalPolicyResult {
    this.policy.addStatements(statement);
    return { statementAdded: true, policyDependable: this.policy };
  }
}
