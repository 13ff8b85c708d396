import type { IConstruct } from 'constructs';

/**
 * What a pipeline has only if it trains.
 *
 * @param member of the pipeline that needs it, as messages name it
 * @throws Error if the pipeline has no training
 */
export function ofTraining<Part>(pipeline: IConstruct, member: string, part: Part | undefined): Part {
  if (part !== undefined) return part;
  throw new Error(
    `${pipeline.node.path}: ${member} is of a pipeline that trains, and this one registers models that are trained elsewhere: add training to its props, or leave it out`,
  );
}
