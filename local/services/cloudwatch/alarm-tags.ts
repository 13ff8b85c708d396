import type * as sdk from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud, Operations } from '../../gateway/service';
import type { Alarms } from './alarms';

/** Tags of alarms, by ARN. */
export class AlarmTags {
  private readonly tags: Map<string, Record<string, string>>;

  constructor(
    cloud: Cloud,
    private readonly alarms: Alarms,
  ) {
    this.tags = cloud.table('cloudwatch/tags');
  }

  readonly operations = {
    TagResource: (input) => {
      this.add(this.taggable(input.ResourceARN), input.Tags);
      return {};
    },

    UntagResource: (input) => {
      const tags = { ...this.tags.get(this.taggable(input.ResourceARN)) };
      for (const name of input.TagKeys ?? []) delete tags[name];
      this.tags.set(input.ResourceARN as string, tags);
      return {};
    },

    ListTagsForResource: (input) => {
      const tags = this.tags.get(this.taggable(input.ResourceARN)) ?? {};
      return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    },
  } satisfies Operations<typeof sdk>;

  add(arn: string, tags: readonly sdk.Tag[] | undefined): void {
    const merged = { ...this.tags.get(arn) };
    for (const { Key, Value } of tags ?? []) merged[Key as string] = Value as string;
    this.tags.set(arn, merged);
  }

  forget(arn: string): void {
    this.tags.delete(arn);
  }

  private taggable(arn: string | undefined): string {
    if (!arn || !this.alarms.all.has(arn.split(':alarm:')[1] ?? '')) {
      throw new AwsError('ResourceNotFoundException', `Resource ${arn} does not exist`);
    }
    return arn;
  }
}
