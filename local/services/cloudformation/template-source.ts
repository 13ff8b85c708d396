import { AwsError } from '../../gateway/aws-error';
import type { Principal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';
import type { Stack } from './stack';

interface TemplateInput {
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
  readonly UsePreviousTemplate?: boolean;
}

/**
 * The text of the template that a call names; templates in buckets are read in the caller's name.
 *
 * @throws AwsError `ValidationError` if none is named or it cannot be read
 */
export async function templateText(
  cloud: Cloud,
  input: TemplateInput,
  principal: Principal,
  stack?: Stack,
): Promise<string> {
  const { TemplateBody, TemplateURL, UsePreviousTemplate } = input;
  if (TemplateBody !== undefined) return TemplateBody;
  if (UsePreviousTemplate && stack?.goal) return stack.goal.templateBody;
  if (TemplateURL === undefined) {
    throw new AwsError('ValidationError', 'Either Template URL or Template Body must be specified.');
  }
  const { bucket, key } = objectOf(TemplateURL, cloud.url);
  try {
    const { Body } = await cloud.call<{ Body: Buffer }>(
      's3',
      'GetObject',
      { Bucket: bucket, Key: key },
      principal,
    );
    return Body.toString('utf8');
  } catch (error) {
    throw new AwsError('ValidationError', `S3 error: ${(error as Error).message} (${TemplateURL})`);
  }
}

/** `<endpoint>/bucket/key`, or AWS's own forms with the bucket in the host or the path. */
function objectOf(templateUrl: string, endpoint: string): { readonly bucket: string; readonly key: string } {
  const url = URL.canParse(templateUrl) ? new URL(templateUrl) : undefined;
  const path = decodeURIComponent(url?.pathname.slice(1) ?? '');
  const inHost = /^(.+)\.s3[.-][a-z0-9.-]*amazonaws\.com$/.exec(url?.hostname ?? '')?.[1];
  if (inHost) return { bucket: inHost, key: path };
  const isPathStyle =
    url?.origin === endpoint || /^s3[.-][a-z0-9.-]*amazonaws\.com$/.test(url?.hostname ?? '');
  const [, bucket, key] = /^([^/]+)\/(.+)$/.exec(path) ?? [];
  if (!isPathStyle || !bucket || !key) {
    throw new AwsError('ValidationError', `TemplateURL must be a supported URL, got ${templateUrl}`);
  }
  return { bucket, key };
}
