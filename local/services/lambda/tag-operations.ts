import type * as sdk from '@aws-sdk/client-lambda';
import type { Operations } from '../../gateway/service';
import { resourceNotFound } from './errors';
import type { EventSourceMappings } from './event-sources/event-source-mappings';
import type { FunctionStore } from './function-store';

/** Tags of functions and event source mappings. */
export function tagOperations(store: FunctionStore, mappings: EventSourceMappings): Operations<typeof sdk> {
  const tagsOf = (arn = ''): Record<string, string> => {
    const [, uuid] = /:event-source-mapping:(.+)$/.exec(arn) ?? [];
    if (uuid === undefined) return store.get(arn).tags;
    const mapping = mappings.all.get(uuid);
    if (mapping) return mapping.tags;
    throw resourceNotFound();
  };

  return {
    TagResource: (input) => {
      Object.assign(tagsOf(input.Resource), input.Tags);
      return {};
    },

    UntagResource: (input) => {
      const tags = tagsOf(input.Resource);
      for (const key of input.TagKeys ?? []) delete tags[key];
      return {};
    },

    ListTags: (input) => ({ Tags: { ...tagsOf(input.Resource) } }),
  };
}
