import http from 'node:http';

// What the function does to `http` must not reach these calls.
const { request } = http;
// As AWS's runtime interface client has it (`RAPIDClient.js`): a connection for each call took a third of an invocation.
// More than one, for an error may be reported while a call for work waits.
const agent = new http.Agent({ keepAlive: true });

/** @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export class RuntimeClient {
  #base;

  /** @param api host, port and path, as in AWS_LAMBDA_RUNTIME_API */
  constructor(api) {
    this.#base = `http://${api}/2018-06-01/runtime`;
  }

  async next() {
    const { headers, body } = await call('GET', `${this.#base}/invocation/next`);
    return {
      requestId: headers['lambda-runtime-aws-request-id'],
      deadline: Number(headers['lambda-runtime-deadline-ms']),
      functionArn: headers['lambda-runtime-invoked-function-arn'],
      clientContext: headers['lambda-runtime-client-context'],
      clockOffset: Number(headers['local-clock-offset']),
      payload: body,
    };
  }

  respond(requestId, body) {
    return call('POST', `${this.#base}/invocation/${requestId}/response`, body);
  }

  fail(requestId, error) {
    return call('POST', `${this.#base}/invocation/${requestId}/error`, JSON.stringify(error));
  }

  initError(error) {
    return call('POST', `${this.#base}/init/error`, JSON.stringify(error));
  }
}

function call(method, url, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const outgoing = request(url, { method, headers, agent }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
