import { Stack } from 'aws-cdk-lib';
import { type IPrincipal, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * A service that acts for resources of the stack's own account only, as a role trusts it: no other account can make the service
 * use the role (the confused deputy problem). That these services name the account when they assume a role is documented:
 * SageMaker in its developer guide, "Cross-service confused deputy prevention", for training, batch transform and inference;
 * Step Functions in its developer guide, "Preventing the cross-service confused deputy issue"; EventBridge in its user guide,
 * "Using IAM policy conditions"; Lambda in the trust policies of `aws/agent-toolkit-for-aws`.
 */
export function servicePrincipal(scope: Construct, service: string): IPrincipal {
  return new ServicePrincipal(service, {
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  });
}
