import type { RequestHead } from '../../gateway/gateway';

/** Where requests to an API arrive: by its own host name as on AWS, or below a path, which needs no DNS. */
export const API_PATH = '/_local/execute-api/';
export const API_HOST = /^([a-z0-9]+)\.execute-api\.localhost$/i;

/** A request to an API as the API sees it. */
export interface AddressedRequest {
  readonly apiId: string;
  readonly domainName: string;
  /** Percent-encoded, without what led to the API. */
  readonly path: string;
}

/** The URL of an API, to which paths are appended. */
export function apiEndpoint(cloudUrl: string, apiId: string): string {
  return `${cloudUrl}${API_PATH}${apiId}`;
}

export function addressOf({ path, headers }: RequestHead): AddressedRequest {
  const domainName = (headers.host ?? '').replace(/:\d+$/, '');
  const [, byHost] = API_HOST.exec(domainName) ?? [];
  if (byHost) return { apiId: byHost, domainName, path };
  const [apiId = '', ...segments] = path.slice(API_PATH.length).split('/');
  return { apiId, domainName, path: `/${segments.join('/')}` };
}
