/**
 * A time as Athena reads timestamps: `yyyy-mm-dd hh:mm:ss` in UTC.
 *
 * @param time ISO 8601
 * @see https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 */
export function athenaTimestamp(time: string): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}
