import type { ResourceContext, TemplateProperties } from '../../../gateway/service';
import { tagChanges, tagMap } from '../../template-tags';

/** Gives a function or an event source mapping the tags that its template has now. */
export async function replaceTags(
  arn: string,
  properties: TemplateProperties,
  previous: TemplateProperties,
  context: ResourceContext,
): Promise<void> {
  const { wanted, removed } = tagChanges(properties, previous);
  if (removed.length > 0) await context.call('lambda', 'UntagResource', { Resource: arn, TagKeys: removed });
  const isChanged = JSON.stringify(wanted) !== JSON.stringify(tagMap(previous.Tags));
  if (isChanged && Object.keys(wanted).length > 0)
    await context.call('lambda', 'TagResource', { Resource: arn, Tags: wanted });
}
