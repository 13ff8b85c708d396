/** Kind of what is predicted. */
export type ProblemKind = Problem['type'];

/**
 * What is predicted, and so what labels are: 0 or 1, whole numbers from 0 to `classes - 1`, or any numbers.
 */
export type Problem =
  | { readonly type: 'binary' }
  | { readonly type: 'multiClass'; readonly classes: number }
  | { readonly type: 'regression' };
