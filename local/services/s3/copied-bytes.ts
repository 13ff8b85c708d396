import { AwsError } from '../../gateway/aws-error';

/**
 * Of `CopyObject` and of a part: "You create a copy of your object up to 5 GB in size" in the service model
 * at `CopyObject`.
 */
export const LARGEST_COPY_BYTES = 5 * 1024 ** 3;
/** The service model at `UploadPartCopyRequest.CopySourceRange`. */
const SMALLEST_RANGE_SOURCE_BYTES = 5 * 1024 ** 2;

/**
 * Code and text are of S3's answers in https://github.com/rclone/rclone/issues/2375 and
 * https://github.com/hashicorp/terraform-provider-aws/issues/38102.
 *
 * @param largest what S3 copies in one call, in bytes
 * @throws AwsError InvalidRequest for more
 */
export function checkCopiedBytes(bytes: number, largest: number): void {
  if (bytes <= largest) return;
  throw new AwsError(
    'InvalidRequest',
    `The specified copy source is larger than the maximum allowable size for a copy source: ${largest}`,
  );
}

/**
 * Where the bytes that `UploadPartCopy` copies start, and where they end (exclusive). Codes and texts are
 * those that moto keeps of AWS (`moto/s3/utils.py`, `parse_copy_source_range`), and of the service model's
 * list of special errors.
 */
export function copiedRange(header: string | undefined, size: number): readonly [number, number] {
  if (header === undefined) return [0, size];
  const argument = { extra: { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header } };
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? [];
  if (from === undefined || Number(from) > Number(to)) {
    throw new AwsError(
      'InvalidArgument',
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      argument,
    );
  }
  if (size <= SMALLEST_RANGE_SOURCE_BYTES) {
    throw new AwsError(
      'InvalidRequest',
      'The specified copy source is not supported as a byte-range copy source.',
    );
  }
  if (Number(from) >= size) {
    throw new AwsError('InvalidRequest', 'The specified copy range is invalid for the source object size');
  }
  if (Number(to) >= size) {
    throw new AwsError(
      'InvalidArgument',
      `Range specified is not valid for source object of size: ${size}`,
      argument,
    );
  }
  return [Number(from), Number(to) + 1];
}
