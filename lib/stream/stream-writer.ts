import type { StreamOutputSettings } from '../../contracts/functions/stream';
import type { PartFunction } from '../runtime/part-function';
import type { Validation } from '../runtime/validation';

/** How scored records get to one kind of output: the strategy behind `StreamOutput`. */
export interface StreamWriter {
  /** ARN of the output. */
  readonly name: string;
  readonly settings: StreamOutputSettings;
  /** Notes what could not take records. */
  check(validation: Validation): void;
  /** Lets the function write. */
  allow(handler: PartFunction<'score-stream'>): void;
}
