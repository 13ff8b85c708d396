import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

const RESPONSE_PATH = '/_local/cfn-response/';

/**
 * Leads answers of custom resources to the local cloud. CDK's handlers take only host name and path from the response
 * URL and call them by HTTPS on its standard port, where nothing listens here.
 */
export function leadResponsesHome(endpoint) {
  const { hostname, port } = new URL(endpoint);
  const { request } = https;
  https.request = (...parameters) => {
    const [first, second] = parameters;
    const isUrl = typeof first === 'string' || first instanceof URL;
    const target = isUrl ? new URL(first) : first;
    const path = isUrl ? `${target.pathname}${target.search}` : String(target.path ?? target.pathname);
    if ((target.hostname ?? target.host) !== hostname || !path.startsWith(RESPONSE_PATH)) {
      return request(...parameters);
    }
    const options = isUrl ? (typeof second === 'object' ? second : {}) : first;
    const callback = parameters.find((parameter) => typeof parameter === 'function');
    const { agent, ...rest } = options;
    return http.request({ ...rest, protocol: 'http:', hostname, host: hostname, port, path }, callback);
  };
  https.get = (...parameters) => {
    const call = https.request(...parameters);
    call.end();
    return call;
  };
  syncBuiltinESMExports();
}
