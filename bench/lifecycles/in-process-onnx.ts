import { delimited, fieldsOf, integerField } from '../../lambda/domain/onnx/protobuf';
import { NO_ANSWER } from './customers';
import { type Behaviour, isAnswered, SAMPLE, scoreOf } from './in-process-models';

const INPUT = 'rows';
const OUTPUT = 'answers';
const FLOAT = { isTensor: true, type: 'float32' };

class Tensor {
  constructor(
    readonly type: string,
    readonly data: Float32Array,
    readonly dims: readonly number[],
  ) {}
}

/** Fields of `ModelProto` and `GraphProto`, by their numbers in `onnx.proto3`. */
const [IR_VERSION, PRODUCER, GRAPH, OPSET] = [1, 2, 7, 8];
const [GRAPH_INPUT, GRAPH_OUTPUT] = [11, 12];

/** A model in ONNX without a node, whose producer is the name of its behaviour. */
export function onnxOf(behaviour: Behaviour): Uint8Array {
  const columns = SAMPLE.split(',').length;
  const graph = [delimited(GRAPH_INPUT, rowsOf(INPUT, columns)), delimited(GRAPH_OUTPUT, rowsOf(OUTPUT, 1))];
  return Buffer.concat([
    integerField(IR_VERSION, 8),
    delimited(PRODUCER, behaviour),
    delimited(OPSET, integerField(2, 13)),
    delimited(GRAPH, Buffer.concat(graph)),
  ]);
}

/** `ValueInfoProto` of rows of floats. */
function rowsOf(name: string, columns: number): Uint8Array {
  const shape = Buffer.concat([delimited(1, ''), delimited(1, integerField(1, columns))]);
  const tensor = Buffer.concat([integerField(1, 1), delimited(2, shape)]);
  return Buffer.concat([delimited(1, name), delimited(2, delimited(1, tensor))]);
}

function behaviourOf(model: Uint8Array): Behaviour {
  const producer = [...fieldsOf(model)].find(({ number }) => number === PRODUCER);
  return Buffer.from(producer?.bytes ?? []).toString() as Behaviour;
}

/** Stands for `onnxruntime-node`: a model's producer is the name of its behaviour. */
export const inProcessOnnx = {
  Tensor,
  InferenceSession: {
    async create(bytes: Uint8Array) {
      const behaviour = behaviourOf(bytes);
      if (behaviour === 'does-not-start') throw new Error('it is no model');
      return {
        inputMetadata: [{ ...FLOAT, name: INPUT, shape: ['rows', SAMPLE.split(',').length] }],
        outputMetadata: [{ ...FLOAT, name: OUTPUT, shape: ['rows', 1] }],
        async run({ [INPUT]: { data, dims } }: { [INPUT]: Tensor }) {
          const [rows = 0, width = 0] = dims;
          const asked = Array.from({ length: rows }, (_, row) =>
            data.slice(row * width, (row + 1) * width).join(','),
          );
          if (!asked.every((row) => isAnswered(behaviour, row))) throw new Error(NO_ANSWER);
          return { [OUTPUT]: new Tensor('float32', Float32Array.from(asked, scoreOf), [rows, 1]) };
        },
      };
    },
  },
};
