/** Who made a resource: a pipeline, and which deployment of it. */
export interface Owner {
  readonly pipelineName: string;
  /**
   * Given to a pipeline when its stack is deployed for the first time, and kept until the pipeline leaves the
   * stack: no other pipeline of the same name has it, in another stack, or deployed again later.
   */
  readonly ownerId: string;
}

/** A tag as SageMaker has it. */
export interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** As in the constructs, which tag what the workflows make. */
export const NAME_TAG = 'model-pipeline';
export const ID_TAG = 'model-pipeline-id';
/** Of an endpoint that was there before its pipeline, which leaves it as it serves. */
export const ADOPTED_TAG = 'model-pipeline-adopted';

/** The tags of everything that a pipeline makes in SageMaker. */
export function tagsOf({ pipelineName, ownerId }: Owner): { Key: string; Value: string }[] {
  return [
    { Key: NAME_TAG, Value: pipelineName },
    { Key: ID_TAG, Value: ownerId },
  ];
}

/** Whether a resource with these tags was made by this pipeline: nothing else may be updated or deleted. */
export function isMadeBy({ pipelineName, ownerId }: Owner, tags: readonly Tag[]): boolean {
  return tagValue(tags, NAME_TAG) === pipelineName && tagValue(tags, ID_TAG) === ownerId;
}

/**
 * Whether a resource was made for this pipeline before it had its present id: by a version of this package
 * that gave no ids, or for an id that this stack gave before and lost, as a deployment does that is rolled
 * back.
 */
export function isAdoptable(owner: Owner, tags: readonly Tag[]): boolean {
  const id = tagValue(tags, ID_TAG);
  return (
    tagValue(tags, NAME_TAG) === owner.pipelineName &&
    (id === undefined || stackPart(id) === stackPart(owner.ownerId))
  );
}

/** An id of a pipeline in a stack. @param discriminator what no other deployment of it has */
export function ownerIdOf(stackId: string, discriminator: string): string {
  // arn:aws:cloudformation:<region>:<account>:stack/<name>/<unique id>
  return `${stackId.split('/').at(-1)}/${discriminator}`;
}

/** What tells a reader whose a resource is. */
export function ownerText(tags: readonly Tag[]): string {
  const name = tagValue(tags, NAME_TAG);
  if (name === undefined) return 'it has no tag of a pipeline';
  return `its tags say ${NAME_TAG}=${name}, ${ID_TAG}=${tagValue(tags, ID_TAG) ?? '(none)'}`;
}

function tagValue(tags: readonly Tag[], key: string): string | undefined {
  return tags.find(({ Key }) => Key === key)?.Value;
}

function stackPart(id: string): string | undefined {
  return id.split('/')[0];
}
