import type { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { AsynchronousEndpoint } from '../../../lambda/smoke-test/asynchronous-endpoint';

const OUTPUT = 's3://churn/asynchronous/answers/1.out';
const FAILURE = 's3://churn/asynchronous/failures/1-error.out';

/** An endpoint that writes an object after some looks. */
function endpoint(objects: Readonly<Record<string, string>>, looks = 0) {
  const written: Record<string, string> = {};
  const sent: object[] = [];
  let paused = 0;
  const asked = new AsynchronousEndpoint({
    runtime: {
      send: async ({ input }: { input: object }) => {
        sent.push(input);
        return { OutputLocation: OUTPUT, FailureLocation: FAILURE };
      },
    } as unknown as SageMakerRuntimeClient,
    store: {
      write: async (key, content) => {
        written[key] = String(content);
      },
      tryReadText: async (key) => (paused < looks ? undefined : objects[key]),
      uriOf: (key) => `s3://churn/${key}`,
    },
    endpointName: 'churn',
    variant: 'blue',
    sleep: async () => {
      paused++;
    },
  });
  return { asked, written, sent, pauses: () => paused };
}

describe('a smoke test of an asynchronous endpoint', () => {
  test('puts the request into the bucket, and waits for the answer there', async () => {
    const { asked, written, sent, pauses } = endpoint({ 'asynchronous/answers/1.out': '0.25\n' }, 3);
    expect(await asked.ask({ contentType: 'text/csv', body: '1,2' })).toEqual([0.25]);
    expect(pauses()).toBe(3);
    const [[key, body] = ['', '']] = Object.entries(written);
    expect(key).toMatch(/^asynchronous\/requests\/smoke-test\/[0-9a-f-]{36}$/);
    expect(body).toBe('1,2');
    expect(sent).toEqual([
      {
        EndpointName: 'churn',
        ContentType: 'text/csv',
        Accept: 'text/csv',
        InputLocation: `s3://churn/${key}`,
        RequestTTLSeconds: 60,
      },
    ]);
  });

  test('fails with the reason of the failure', async () => {
    const { asked } = endpoint({ 'asynchronous/failures/1-error.out': 'Received server error (500)' });
    await expect(asked.ask({ contentType: 'text/csv', body: '1' })).rejects.toThrow(
      'Received server error (500)',
    );
  });

  test('fails if nothing is written within a minute', async () => {
    const { asked } = endpoint({});
    await expect(asked.ask({ contentType: 'text/csv', body: '1' })).rejects.toThrow(
      'no answer within 60 seconds',
    );
  });
});
