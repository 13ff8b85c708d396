import { graphOf, readOnnxGraph } from './onnx-graph';
import { delimited, fieldsOf, integerField } from './protobuf';

/**
 * The same model without the `ZipMap` nodes that make dictionaries of the probabilities that it answers: the
 * output is then the tensor of probabilities, under the tensor's name. The package `onnxruntime-node` reads
 * tensors only: "Non tensor type is temporarily not supported" (`js/node/src/tensor_helper.cc` of
 * onnxruntime).
 *
 * @throws Error if the bytes are no model in ONNX
 */
export function withoutZipMap(model: Uint8Array): Uint8Array {
  const { nodes, outputs } = readOnnxGraph(model);
  const names = new Set(outputs.map(({ name }) => name));
  const zipMaps = nodes.filter(
    ({ operator, outputs: [output] }) => operator === 'ZipMap' && names.has(output ?? ''),
  );
  if (zipMaps.length === 0) return model;
  const inside = [...fieldsOf(graphOf(model))].flatMap(({ number, bytes, raw }) => {
    if (number !== NODE && number !== OUTPUT) return [raw];
    const name = number === NODE ? textOf(bytes, 2) : textOf(bytes, 1);
    const zipMap = zipMaps.find(({ outputs: [output] }) => output === name);
    if (!zipMap) return [raw];
    if (number === NODE) return [];
    return [delimited(OUTPUT, probabilities(zipMap.inputs[0] ?? '', zipMap.classes?.length))];
  });
  const graph = delimited(GRAPH, Buffer.concat(inside));
  return Buffer.concat([...fieldsOf(model)].map(({ number, raw }) => (number === GRAPH ? graph : raw)));
}

const [GRAPH, NODE, OUTPUT, FLOAT] = [7, 1, 12, 1];

/** `ValueInfoProto` of what a ZipMap takes: floats, one for each class. */
function probabilities(name: string, classes: number | undefined): Uint8Array {
  const any = delimited(1, '');
  const size = classes === undefined ? any : delimited(1, integerField(1, classes));
  const tensor = Buffer.concat([integerField(1, FLOAT), delimited(2, Buffer.concat([any, size]))]);
  return Buffer.concat([delimited(1, name), delimited(2, delimited(1, tensor))]);
}

function textOf(message: Uint8Array, number: number): string {
  const field = [...fieldsOf(message)].find((each) => each.number === number);
  return Buffer.from(field?.bytes ?? []).toString('utf8');
}
