import type * as sdk from '@aws-sdk/client-sagemaker';
import { AwsError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Cloud, Operations } from '../../gateway/service';

const MOST_TAGS = 50;

/** The tags of all resources, by ARN. */
export class TagStore {
  private readonly tags: Map<string, Record<string, string>>;

  constructor(cloud: Cloud) {
    this.tags = cloud.table('sagemaker/tags');
  }

  /** @throws AwsError if there is no resource of this ARN */
  of(arn: string | undefined): Record<string, string> {
    const tags = this.find(arn);
    if (!tags) throw new AwsError('ValidationException', `Could not find resource "${arn}": not found.`);
    return tags;
  }

  find(arn: string | undefined): Record<string, string> | undefined {
    return this.tags.get(arn ?? '');
  }

  /** Makes a new resource known. */
  begin(arn: string, tags: readonly sdk.Tag[] | undefined): void {
    this.tags.set(arn, merged({}, tags));
  }

  add(arn: string | undefined, tags: readonly sdk.Tag[] | undefined): sdk.Tag[] {
    const all = merged(this.of(arn), tags);
    this.tags.set(arn as string, all);
    return toList(all);
  }

  forget(arn: string): void {
    this.tags.delete(arn);
  }
}

export function tagOperations(tags: TagStore): Operations<typeof sdk> {
  return {
    AddTags: (input) => ({ Tags: tags.add(input.ResourceArn, input.Tags) }),

    ListTags: (input) => {
      const { page, nextToken } = paginate(
        toList(tags.of(input.ResourceArn)),
        input.MaxResults ?? MOST_TAGS,
        input.NextToken,
      );
      return { Tags: page, NextToken: nextToken };
    },

    DeleteTags: (input) => {
      const all = tags.of(input.ResourceArn);
      for (const key of input.TagKeys ?? []) delete all[key];
      return {};
    },
  };
}

function merged(
  present: Readonly<Record<string, string>>,
  added: readonly sdk.Tag[] | undefined,
): Record<string, string> {
  const all = { ...present };
  for (const { Key, Value } of added ?? []) all[Key as string] = Value as string;
  if (Object.keys(all).length > MOST_TAGS) {
    throw new AwsError('ResourceLimitExceeded', `A resource can have at most ${MOST_TAGS} tags.`);
  }
  return all;
}

function toList(tags: Readonly<Record<string, string>>): sdk.Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
