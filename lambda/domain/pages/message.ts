/** A message for people. */
export interface Message {
  /** One line. */
  readonly subject: string;
  /** What happened, why, and what to do: a fact a line. */
  readonly text: string;
  /**
   * What it is about, such as an execution or an alarm: messages of one cause belong together.
   * @default - nothing else is about it
   */
  readonly cause?: string;
}
