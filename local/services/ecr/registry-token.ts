import type { TemporaryCredentials } from '../../gateway/service';

const USER = 'AWS';

/**
 * The token of a registry, by which whoever logged in acts in the name of whoever requested it. AWS's holds
 * such credentials, too, and nobody else can read it.
 *
 * @returns `AWS:<password>` in base64, as GetAuthorizationToken answers
 */
export function registryToken(credentials: TemporaryCredentials): string {
  const password = Buffer.from(JSON.stringify(credentials)).toString('base64url');
  return Buffer.from(`${USER}:${password}`).toString('base64');
}

/** @throws Error if the password is not of a token that a local cloud issued */
export function credentialsOfPassword(password: string): TemporaryCredentials {
  try {
    const credentials = JSON.parse(Buffer.from(password, 'base64url').toString()) as TemporaryCredentials;
    if (credentials.accessKeyId && credentials.secretAccessKey && credentials.sessionToken)
      return credentials;
  } catch {
    // Said below.
  }
  throw new Error("the password is not of a local cloud's registry: point AWS_ENDPOINT_URL to a local cloud");
}
