import type { WireRequest } from './protocols/http';

/**
 * `<bucket>.localhost` and `<bucket>.s3.localhost`, which clients of S3 form unless they are configured to
 * put buckets into paths.
 */
const BUCKET_HOST = /^(?!s3\.localhost)(.+?)(?:\.s3)?\.localhost(?::\d+)?$/i;

/** A request to S3 with its bucket in the path, wherever it was. */
export function withBucketInPath(request: WireRequest): WireRequest {
  const [, bucket] = BUCKET_HOST.exec(request.headers.host ?? '') ?? [];
  return bucket ? { ...request, path: `/${bucket}${request.path}` } : request;
}
