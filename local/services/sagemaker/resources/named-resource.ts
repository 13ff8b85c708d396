import type { Tag } from '@aws-sdk/client-sagemaker';
import type { ResourceContext } from '../../../gateway/service';

/** The name at the end of an ARN, which `Ref` gives for these resources. */
export function nameIn(arn: string): string {
  return arn.split('/').pop() as string;
}

/** @param given the name in the template, if any */
export function nameOf(given: unknown, context: ResourceContext): string {
  return (given as string | undefined) ?? context.generateName({ maxLength: 63 });
}

/** Brings the tags of a resource into the state of the template. */
export async function updateTags(
  arn: string,
  tags: readonly Tag[] = [],
  previous: readonly Tag[] = [],
  context: ResourceContext,
): Promise<void> {
  const gone = previous.map(({ Key }) => Key).filter((key) => !tags.some(({ Key }) => Key === key));
  if (gone.length > 0) await context.call('sagemaker', 'DeleteTags', { ResourceArn: arn, TagKeys: gone });
  if (tags.length > 0) await context.call('sagemaker', 'AddTags', { ResourceArn: arn, Tags: tags });
}

/** SageMaker has no error of its own for what does not exist. */
export function ignoreMissing(error: Error): void {
  if (!/could not find|does not exist/i.test(error.message)) throw error;
}
