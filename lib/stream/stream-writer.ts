import type { StreamOutputSettings } from '../../contracts/functions/stream';
import type { PartFunction } from '../runtime/part-function';

/** How scored records get to one kind of output: the strategy behind `StreamOutput`. */
export interface StreamWriter {
  /** ARN of the output. */
  readonly name: string;
  readonly settings: StreamOutputSettings;
  /** Lets the function write. */
  allow(handler: PartFunction<'score-stream'>): void;
}
