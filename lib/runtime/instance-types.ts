import {
  HOSTING_INSTANCES,
  INSTANCE_TYPE_SOURCE,
  TRAINING_INSTANCES,
  TRANSFORM_INSTANCES,
} from './instance-type-data';
import type { Validation } from './validation';

/** What SageMaker uses an instance for. Each use has its own instance types. */
export type InstanceUse = keyof typeof USES;

const USES = {
  training: TRAINING_INSTANCES,
  'batch scoring': TRANSFORM_INSTANCES,
  hosting: HOSTING_INSTANCES,
} as const;

/** Notes a problem unless SageMaker offers the type for the use. */
export function checkInstanceType(
  validation: Validation,
  prop: string,
  use: InstanceUse,
  instanceType: string,
): void {
  validation.check(instanceType, isOffered(use, instanceType), `${prop} ${wayOut(use, instanceType)}`);
}

function isOffered(use: InstanceUse, instanceType: string): boolean {
  const { family, size } = parse(instanceType);
  return sizes(use, family).includes(size);
}

function wayOut(use: InstanceUse, instanceType: string): string {
  const { family } = parse(instanceType);
  const siblings = sizes(use, family).map((size) => `${family}.${size}`);
  const others = (Object.keys(USES) as InstanceUse[]).filter((other) => isOffered(other, instanceType));
  return [
    `must be an instance type that SageMaker offers for ${use}, such as ${siblings.join(', ') || 'ml.m5.large'}`,
    ...(others.length > 0 ? [` (this one is for ${others.join(' and ')} only)`] : []),
    `; if AWS has added it since ${INSTANCE_TYPE_SOURCE}, update cdk-model-pipeline`,
  ].join('');
}

function sizes(use: InstanceUse, family: string): string[] {
  return Object.hasOwn(USES[use], family) ? (USES[use][family] as string).split(' ') : [];
}

/** `ml.m5.large` is of the family `ml.m5`. */
function parse(instanceType: string): { family: string; size: string } {
  const dot = instanceType.lastIndexOf('.');
  return { family: instanceType.slice(0, Math.max(0, dot)), size: instanceType.slice(dot + 1) };
}
