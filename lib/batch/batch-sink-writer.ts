import type { BatchSinkSettings } from '../../contracts/functions/batch';
import type { PartFunction } from '../runtime/part-function';
import type { Validation } from '../runtime/validation';

/** Where rows of a batch go. */
export interface BatchSinkWriter {
  /** Settings of the sink in `deliver-batch`. */
  readonly settings: BatchSinkSettings;
  /** Column of the output that it needs; undefined if it needs none. */
  readonly keyColumn?: string | undefined;
  /** Names that it gives by itself beside columns of the input, which these cannot have. */
  readonly ownNames: readonly string[];
  /** Notes every option that is wrong. */
  validate(validation: Validation): void;
  /** Lets the function write there. */
  allow(handler: PartFunction<'deliver-batch'>): void;
}
