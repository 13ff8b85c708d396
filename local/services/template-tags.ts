import type { TemplateProperties } from '../gateway/service';

/** Tags as templates list them, by their names. */
export function tagMap(
  tags: readonly { readonly Key: string; readonly Value: string }[] = [],
): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** The tags that the template of a resource has now, and the names of those that it had. */
export function tagChanges(
  properties: TemplateProperties,
  previous: TemplateProperties,
): { readonly wanted: Record<string, string>; readonly removed: string[] } {
  const wanted = tagMap(properties.Tags);
  return { wanted, removed: Object.keys(tagMap(previous.Tags)).filter((name) => !(name in wanted)) };
}
