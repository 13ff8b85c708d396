import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** `arn:<partition>:<service>:<region>:<account>:<resource>` in the construct's stack. */
export function arn(scope: Construct, service: string, resource: string): string {
  const { partition, region, account } = Stack.of(scope);
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}
