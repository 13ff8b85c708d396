import { AwsError } from '../../gateway/aws-error';

/**
 * First and last byte of a range header; undefined for the whole.
 *
 * @throws AwsError InvalidRange
 */
export function byteRange(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [, from = '', to = ''] = match;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start > end) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', {
      status: 416,
      extra: { RangeRequested: header, ActualObjectSize: size },
    });
  }
  return { start, end };
}
