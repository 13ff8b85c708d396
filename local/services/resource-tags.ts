interface Tag {
  readonly Key: string | undefined;
  readonly Value: string | undefined;
}

/** Tags by ARN, of a service whose requests name it `ResourceARN`. */
export class ResourceTags {
  /** @param existing gives the ARN back, or throws that nothing has it */
  constructor(
    private readonly tags: Map<string, Record<string, string>>,
    private readonly existing: (arn: string | undefined) => string,
  ) {}

  readonly operations = {
    TagResource: (input: {
      readonly ResourceARN: string | undefined;
      readonly Tags: readonly Tag[] | undefined;
    }) => {
      this.add(this.existing(input.ResourceARN), input.Tags);
      return {};
    },

    UntagResource: (input: {
      readonly ResourceARN: string | undefined;
      readonly TagKeys: readonly string[] | undefined;
    }) => {
      const arn = this.existing(input.ResourceARN);
      const tags = { ...this.tags.get(arn) };
      for (const name of input.TagKeys ?? []) delete tags[name];
      this.tags.set(arn, tags);
      return {};
    },

    ListTagsForResource: (input: { readonly ResourceARN: string | undefined }) => {
      const tags = this.tags.get(this.existing(input.ResourceARN)) ?? {};
      return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    },
  };

  add(arn: string, tags: readonly Tag[] | undefined): void {
    const merged = { ...this.tags.get(arn) };
    for (const { Key, Value } of tags ?? []) merged[Key as string] = Value as string;
    this.tags.set(arn, merged);
  }

  forget(arn: string): void {
    this.tags.delete(arn);
  }
}
