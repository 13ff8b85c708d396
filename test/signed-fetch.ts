import { type SigningKey, signedHeaders } from '../bin/cli/sign-request';

/** `fetch` with the headers of Signature Version 4, as clients of an API with IAM authorization send it. */
export async function signedFetch(
  url: string,
  key: SigningKey,
  {
    method = 'GET',
    headers = {},
    body,
    service = 'execute-api',
  }: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly service?: string;
  } = {},
): Promise<Response> {
  const scope = { service, region: 'us-east-1' };
  const signed = await signedHeaders({ url, method, headers, body }, key, scope);
  return fetch(url, { method, headers: signed, body });
}
