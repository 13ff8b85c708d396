import type { PoisonReason } from '../../contracts/scored-record';

/** A record that cannot be scored, however often it is tried. */
export class PoisonRecordError extends Error {
  override readonly name = 'PoisonRecord';

  constructor(
    readonly reason: PoisonReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
