import type * as sdk from '@aws-sdk/client-kinesis';
import { AwsError } from '../../gateway/aws-error';
import type { Operations } from '../../gateway/service';
import type { StoredStream } from './stream';
import type { StreamStore } from './stream-store';

/** Of `AddTagsToStream` of the API reference. */
const MOST_TAGS = 50;

/** Tags of streams, by the name of the stream and, as other services have it, by its ARN. */
export function tagOperations(store: StreamStore): Operations<typeof sdk> {
  const add = (stream: StoredStream, tags: Record<string, string> | undefined) => {
    const merged = { ...stream.tags, ...tags };
    if (Object.keys(merged).length > MOST_TAGS) {
      throw new AwsError(
        'InvalidArgumentException',
        `Failed to add tags to stream ${stream.name}: a given stream cannot have more than ${MOST_TAGS} tags associated with it.`,
      );
    }
    stream.tags = merged;
    return {};
  };

  const remove = (stream: StoredStream, keys: readonly string[] = []) => {
    for (const key of keys) delete stream.tags[key];
    return {};
  };

  return {
    AddTagsToStream: (input) => add(store.find(input), input.Tags),
    RemoveTagsFromStream: (input) => remove(store.find(input), input.TagKeys),
    TagResource: (input) => add(store.findByArn(input.ResourceARN), input.Tags),
    UntagResource: (input) => remove(store.findByArn(input.ResourceARN), input.TagKeys),
    ListTagsForResource: (input) => ({ Tags: listed(store.findByArn(input.ResourceARN)) }),

    ListTagsForStream: (input) => {
      const { ExclusiveStartTagKey: after, Limit } = input;
      const tags = listed(store.find(input)).filter(({ Key }) => !after || Key > after);
      const page = tags.slice(0, Limit ?? tags.length);
      return { Tags: page, HasMoreTags: page.length < tags.length };
    },
  };
}

function listed({ tags }: StoredStream): { Key: string; Value: string }[] {
  return Object.keys(tags)
    .sort()
    .map((Key) => ({ Key, Value: tags[Key] as string }));
}
