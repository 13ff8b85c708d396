import { Stack } from 'aws-cdk-lib';
import { type IPrincipal, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * A service that acts for resources of the stack's own account only, as a role trusts it: no other account
 * can make the service use the role (the confused deputy problem). These services name the account when they
 * assume a role:
 * - SageMaker, for training, batch transform and inference: "Cross-service confused deputy prevention" of its
 *   developer guide
 * - Step Functions: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
 * - EventBridge: "Using IAM policy conditions" of its user guide
 * - Lambda: its developer guide does not say so, but AWS publishes trust policies of functions with this
 *   condition, such as
 *   https://github.com/aws/agent-toolkit-for-aws/blob/main/skills/specialized-skills/serverless-skills/deploying-custom-domain-rest-api/scripts/lambda-trust-policy.json
 */
export function servicePrincipal(scope: Construct, service: string): IPrincipal {
  return new ServicePrincipal(service, {
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  });
}
