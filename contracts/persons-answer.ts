/** What a workflow gets when a person approves what it waits for. */
export interface PersonsAnswer {
  /** Who approved, and the comment, in words. */
  readonly answer: string;
}
