import type { ResourceContext, TemplateProperties } from '../../../gateway/service';

/** Gives a function or an event source mapping the tags that its template has now. */
export async function replaceTags(
  arn: string,
  properties: TemplateProperties,
  previous: TemplateProperties,
  context: ResourceContext,
): Promise<void> {
  const [wanted, before] = [tagMap(properties.Tags), tagMap(previous.Tags)];
  const gone = Object.keys(before).filter((key) => !(key in wanted));
  if (gone.length > 0) await context.call('lambda', 'UntagResource', { Resource: arn, TagKeys: gone });
  if (JSON.stringify(wanted) !== JSON.stringify(before) && Object.keys(wanted).length > 0)
    await context.call('lambda', 'TagResource', { Resource: arn, Tags: wanted });
}

export function tagMap(tags: readonly { Key: string; Value: string }[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}
