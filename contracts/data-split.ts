/** How rows are split into training data and holdout. */
export type SplitSettings =
  | { readonly by: 'arrival' }
  | { readonly by: 'time'; readonly column: string }
  | { readonly by: 'group'; readonly column: string }
  | { readonly by: 'class'; readonly seed: number };
