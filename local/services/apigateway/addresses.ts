/** Below which path requests to APIs arrive, and at which host names. */
export const API_PATH = '/_local/execute-api/';
export const API_HOST = /^([a-z0-9]+)\.execute-api\.localhost$/i;

/** The URL of an API, to which paths are appended. */
export function apiEndpoint(cloudUrl: string, apiId: string): string {
  return `${cloudUrl}${API_PATH}${apiId}`;
}
