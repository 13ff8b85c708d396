import { AwsError } from '../../gateway/aws-error';
import type { ObjectVersion } from './bucket';

interface ReadConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

/** @throws AwsError PreconditionFailed (412), or NotModified (304) */
export function checkRead(conditions: ReadConditions, { etag, modified }: ObjectVersion): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  if (
    IfMatch !== undefined
      ? !matches(IfMatch, etag)
      : IfUnmodifiedSince && seconds(modified) > seconds(IfUnmodifiedSince)
  ) {
    throw failed(IfMatch !== undefined ? 'If-Match' : 'If-Unmodified-Since');
  }
  if (
    IfNoneMatch !== undefined
      ? matches(IfNoneMatch, etag)
      : IfModifiedSince && seconds(modified) <= seconds(IfModifiedSince)
  ) {
    throw new AwsError('NotModified', 'Not Modified', { status: 304 });
  }
}

/**
 * @param current what is there now, if anything
 * @throws AwsError PreconditionFailed (412), or NoSuchKey if something that is not there should match
 */
export function checkWrite(
  { IfMatch, IfNoneMatch }: Pick<ReadConditions, 'IfMatch' | 'IfNoneMatch'>,
  current: ObjectVersion | undefined,
): void {
  if (IfNoneMatch !== undefined && current && matches(IfNoneMatch, current.etag))
    throw failed('If-None-Match');
  if (IfMatch === undefined) return;
  if (!current) throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
  if (!matches(IfMatch, current.etag)) throw failed('If-Match');
}

/** @throws AwsError PreconditionFailed (412) if what is copied has another entity tag */
export function checkCopySource(condition: string | undefined, { etag }: ObjectVersion): void {
  if (condition !== undefined && !matches(condition, etag)) throw failed('x-amz-copy-source-If-Match');
}

function matches(condition: string, etag: string): boolean {
  const wanted = condition.split(',').map((text) => text.trim().replace(/^W\//, '').replace(/"/g, ''));
  return wanted.includes('*') || wanted.includes(etag.replace(/"/g, ''));
}

function failed(condition: string): AwsError {
  return new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    status: 412,
    extra: { Condition: condition },
  });
}

/** HTTP dates have no fractions. */
function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
