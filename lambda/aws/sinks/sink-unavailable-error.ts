/** A sink cannot take anything now, for a reason that is not what it was given. */
export class SinkUnavailableError extends Error {
  override readonly name = 'SinkUnavailable';
}
