import { JsonCodec } from '@aws-sdk/core/protocols';
import { AwsError } from '../aws-error';
import type { SdkModel } from '../sdk-model';
import type { WireResponse } from './http';
import type { Protocol } from './protocol';

const codec = new JsonCodec({ jsonName: false, timestampFormat: { useTrait: true, default: 7 } });

/** AWS JSON 1.0 and 1.1: the operation is in `X-Amz-Target`. */
export const jsonProtocol: Protocol = {
  operationOf: (_model, request) => request.headers['x-amz-target']?.split('.').pop(),

  async readInput(_model, operation, request) {
    const text = request.body.toString('utf8');
    try {
      return (await codec.createDeserializer().read(operation.input, text === '' ? '{}' : text)) ?? {};
    } catch (error) {
      throw new AwsError(
        'SerializationException',
        `could not read the request as JSON: ${(error as Error).message}`,
      );
    }
  },

  writeOutput(model, operation, output) {
    const serializer = codec.createSerializer();
    if (operation.output.isUnitSchema()) return answer(model, 200, '');
    serializer.write(operation.output, output);
    return answer(model, 200, serializer.flush());
  },

  writeError(model, error) {
    const known = model.error(error.code);
    const body = JSON.stringify({
      __type: `${model.namespace}#${error.code}`,
      message: error.message,
      ...error.options.extra,
    });
    const headers = model.queryCompatible
      ? { 'x-amzn-query-error': `${known?.code ?? error.code};Sender` }
      : undefined;
    return answer(model, error.options.status ?? known?.status ?? 400, body, headers);
  },
};

function answer(
  model: SdkModel,
  status: number,
  body: string | Uint8Array,
  headers?: Record<string, string>,
): WireResponse {
  return {
    status,
    headers: { 'content-type': `application/x-amz-json-${model.jsonVersion}`, ...headers },
    body: Buffer.from(body as string),
  };
}
