import { text as textOf } from 'node:stream/consumers';
import type { ArtifactStore, CopySource } from '../aws/store';
import { UPLOADS } from '../domain/records/bucket-layout';
import { MOST_POINTER_BYTES, pointerIn } from './file-pointer';
import type { RegistrationProps } from './register-artifact';
import { RegistrationRefusedError } from './registration-refused-error';

/**
 * A file that a registration names.
 *
 * @param what it is, as messages say it
 * @throws RegistrationRefusedError if it is not there, may not be read, or is a pointer to the file
 */
export async function findObject(
  uri: string,
  what: string,
  props: Pick<RegistrationProps, 'store' | 'bucketOf'>,
): Promise<CopySource> {
  const found = await locate(uri, what, props.store);
  if (found.bytes >= MOST_POINTER_BYTES) return found;
  const content = await textOf(await props.bucketOf(found.bucket).readStream(found.key, found.versionId));
  const pointer = pointerIn(found.key, content);
  if (!pointer) return found;
  throw new RegistrationRefusedError(
    `the ${what} ${uri} is a pointer of ${pointer.tool} and not the file that it points to: run "${pointer.fetch}" where it comes from, and register the file`,
  );
}

async function locate(uri: string, what: string, store: ArtifactStore): Promise<CopySource> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (!bucket || !key) {
    throw new RegistrationRefusedError(
      `the ${what} '${uri}' is not the s3:// URI of an object: give one, or the path of a file to model-pipeline register`,
    );
  }
  try {
    return await store.find({ bucket, key });
  } catch (cause) {
    const { name, message } = cause as Error;
    if (name === 'OtherRegion') {
      throw new RegistrationRefusedError(
        `the ${what} cannot be read: ${message}: copy it to a bucket of the pipeline's region, such as with "aws s3 cp ${uri} ${store.uriOf(UPLOADS)}", and register that`,
        { cause },
      );
    }
    if (name !== 'NoSuchKey' && name !== 'AccessDenied') throw cause;
    throw new RegistrationRefusedError(
      `the ${what} ${uri} does not exist, or the pipeline may not read it: put it below ${store.uriOf(UPLOADS)}, or list its bucket in artifactSources of the pipeline; the policy of a bucket of another account must let the registration function read it, too`,
      { cause },
    );
  }
}
