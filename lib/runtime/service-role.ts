import {
  type AddToPrincipalPolicyResult,
  PolicyDocument,
  type PolicyStatement,
  Role,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { servicePrincipal } from './service-principal';

/**
 * A role that a service assumes for resources of the stack's own account. It holds its statements itself: the
 * policy that CDK makes for each role is a resource of its own, of which a stack has 500. What refers to the
 * role waits for its statements, so none may name what refers to it: that takes a policy of its own.
 */
export class ServiceRole extends Role {
  private readonly statements: PolicyDocument;

  /** @param service such as `lambda.amazonaws.com` */
  constructor(scope: Construct, id: string, service: string, description?: string) {
    const statements = new PolicyDocument();
    super(scope, id, {
      assumedBy: servicePrincipal(scope, service),
      description,
      inlinePolicies: { Statements: statements },
    });
    this.statements = statements;
  }

  override addToPrincipalPolicy(statement: PolicyStatement): AddToPrincipalPolicyResult {
    this.statements.addStatements(statement);
    return { statementAdded: true, policyDependable: this };
  }
}
