/**
 * How a task waits: for the answer, for the job's end (`sync:2`: with its output parsed), or for a call with
 * its token.
 */
export type TaskPattern = 'request' | 'sync' | 'sync:2' | 'waitForTaskToken';

/** A function that is called directly. */
export interface FunctionResource {
  readonly kind: 'function';
  readonly arn: string;
}

/** `arn:aws:states:::lambda:invoke` (optimized) or `arn:aws:states:::aws-sdk:ssm:getParameter` (sdk). */
export interface IntegrationResource {
  readonly kind: 'optimized' | 'sdk';
  /** e.g. `lambda` or `ssm` */
  readonly service: string;
  /** e.g. `invoke` */
  readonly action: string;
  readonly pattern: TaskPattern;
}

export type TaskResource = FunctionResource | IntegrationResource;

const FUNCTION = /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;
const INTEGRATION =
  /^arn:[\w-]+:states:::(?:(aws-sdk):)?([\w-]+):(\w+)(?:\.(sync|sync:2|waitForTaskToken))?$/;

/** What a task does; undefined if the ARN is not that of a task. */
export function parseResource(arn: string): TaskResource | undefined {
  if (FUNCTION.test(arn)) return { kind: 'function', arn };
  const match = INTEGRATION.exec(arn);
  if (!match) return undefined;
  const [, sdk, service = '', action = '', pattern] = match;
  return {
    kind: sdk ? 'sdk' : 'optimized',
    service,
    action,
    pattern: (pattern as TaskPattern | undefined) ?? 'request',
  };
}

/** How history events name it. */
export function eventNames(resource: IntegrationResource): { resourceType: string; resource: string } {
  const { kind, service, action, pattern } = resource;
  return {
    resourceType: kind === 'sdk' ? `aws-sdk:${service}` : service,
    resource: pattern === 'request' ? action : `${action}.${pattern}`,
  };
}
