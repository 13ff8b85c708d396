/**
 * An error as AWS would answer it. The gateway finds its wire code and HTTP status in the service's schema.
 */
export class AwsError extends Error {
  /**
   * @param code the exception's name, e.g. `ResourceNotFoundException` or `NoSuchKey`
   * @param message the text that AWS gives
   * @param options `status`: HTTP status where the schema has none (default 400); `extra`: further members of
   * the error
   */
  constructor(
    readonly code: string,
    message: string,
    readonly options: { readonly status?: number; readonly extra?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.name = code;
  }
}

/** An operation, option or property that the local cloud refuses, because it would otherwise be ignored. */
export class NotImplementedError extends AwsError {
  constructor(what: string) {
    super('NotImplementedByLocalCloud', `the local cloud does not implement ${what}`, { status: 400 });
  }
}

/** Refuses every given member of `input` that is not in `supported`, by name. */
export function onlySupports(operation: string, input: object, supported: readonly string[]): void {
  const unknown = Object.entries(input).filter(
    ([name, value]) => value !== undefined && !supported.includes(name),
  );
  if (unknown.length > 0) {
    throw new NotImplementedError(`${unknown.map(([name]) => name).join(', ')} of ${operation}`);
  }
}
