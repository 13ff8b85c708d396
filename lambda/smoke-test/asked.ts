/** A request as callers send it. */
export interface Question {
  readonly contentType: 'text/csv' | 'application/json';
  readonly body: string;
}

/** What a version is asked by before it has traffic. */
export interface Asked {
  /** As reasons call it. */
  readonly name: string;
  readonly precision: Precision;
  /**
   * @returns one number a row, or the probabilities of several classes
   * @throws Error if there is no such answer
   */
  ask(question: Question): Promise<readonly number[]>;
}

/** How near answers are to the scores of the same rows in the version's evaluation. */
export interface Precision {
  /** Difference of equal answers. */
  readonly tolerance: number;
  /** Share of the answers that may be farther off. */
  readonly exceptions: number;
}
