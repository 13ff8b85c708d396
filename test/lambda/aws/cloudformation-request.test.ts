import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer, type CloudFormationRequest } from '../../../lambda/aws/cloudformation-request';

describe('answer', () => {
  const received: { method?: string; headers: IncomingHttpHeaders; body: string }[] = [];
  let status = 200;
  let server: Server;
  let request: CloudFormationRequest;

  beforeAll(async () => {
    server = createServer(async (incoming, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { method, headers } = incoming;
      received.push({ method, headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status).end('no');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    request = {
      RequestType: 'Create',
      ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/signed?X-Amz-Signature=1`,
      StackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/churn/1',
      RequestId: 'request-1',
      LogicalResourceId: 'Lifecycle',
      ResourceProperties: {},
    };
  });
  beforeEach(() => {
    received.length = 0;
    status = 200;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('puts the outcome to the signed URL without a content type', async () => {
    await answer(request, 'churn', { status: 'SUCCESS' });
    expect(received).toHaveLength(1);
    expect(received[0]?.method).toBe('PUT');
    expect(received[0]?.headers).not.toHaveProperty('content-type');
    expect(Number(received[0]?.headers['content-length'])).toBe(received[0]?.body.length);
    expect(JSON.parse(received[0]?.body as string)).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: 'churn',
      StackId: request.StackId,
      RequestId: 'request-1',
      LogicalResourceId: 'Lifecycle',
    });
  });

  test('gives the attributes of the resource', async () => {
    await answer(request, 'churn', { status: 'SUCCESS', data: { OwnerId: 'id' } });
    expect(JSON.parse(received[0]?.body as string)).toMatchObject({ Data: { OwnerId: 'id' } });
  });

  test('gives a reason with a failure, within the size that CloudFormation takes', async () => {
    await answer(request, 'churn', { status: 'FAILED', reason: 'x'.repeat(10_000) });
    const body = received[0]?.body as string;
    expect(JSON.parse(body)).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/^x+$/) });
    expect(body.length).toBeLessThan(4096);
  });

  test('fails if CloudFormation does not take it', async () => {
    status = 403;
    await expect(answer(request, 'churn', { status: 'SUCCESS' })).rejects.toThrow(
      'CloudFormation did not take the answer: 403 no',
    );
  });
});
