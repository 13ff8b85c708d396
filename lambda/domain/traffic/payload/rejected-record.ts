/** Why a record of data capture is rejected, each with what people read after a number of records. */
export const REJECTIONS = {
  record: 'are no records of data capture',
  contentType: 'have a content type that is not read',
  content: 'are not what their content type says',
  form: 'have another form than rows and answers',
  columns: 'have other columns than the model',
  noRows: 'have no rows',
  noAnswer: 'have no answer',
  answers: 'have another number of answers than rows',
  notNumbers: 'have answers that are not numbers',
} as const;

export type Rejection = keyof typeof REJECTIONS;

/** A record that cannot be used. */
export class RejectedRecord extends Error {
  constructor(
    readonly rejection: Rejection,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Reads something of a record. What cannot be read rejects the record, whatever is thrown: no record that a
 * caller sent ends a monitor.
 *
 * @param problem in words, of what the reader says
 * @throws RejectedRecord for this reason, unless the reader has named its own
 */
export function orReject<T>(rejection: Rejection, read: () => T, problem = (message: string) => message): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RejectedRecord) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new RejectedRecord(rejection, problem(message), { cause: error });
  }
}
