import { AwsError } from '../../gateway/aws-error';

/** The object that a copy starts from: `[/]bucket/key[?versionId=id]`, percent-encoded. */
export function copySource(text: string): { bucket: string; key: string; versionId?: string } {
  const match = /^\/?([^/]+)\/(.+?)(?:\?versionId=([^?]+))?$/.exec(text);
  if (!match) {
    throw new AwsError(
      'InvalidArgument',
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  }
  return {
    bucket: match[1] as string,
    key: decodeURIComponent(match[2] as string),
    ...(match[3] && { versionId: match[3] }),
  };
}
