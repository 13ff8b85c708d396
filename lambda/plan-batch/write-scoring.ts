import type { BatchScoring } from '../../contracts/batch';
import type { ModelSignature } from '../../contracts/model-signature';
import { readFromArchive } from '../aws/model-archive';
import { readModelSignature } from '../aws/model-signatures';
import { readPinned } from '../aws/pinned-reader';
import type { ArtifactStore } from '../aws/store';
import { graphColumns, namedColumns } from '../domain/onnx/graph-columns';
import { type ServedGraph, servedModel } from '../domain/onnx/served-graph';
import { batchScoringKey } from '../domain/records/bucket-layout';
import { neededOutputs } from '../inference/model-answer';

export interface WriteScoringProps {
  readonly batchName: string;
  readonly store: Pick<ArtifactStore, 'readBytes' | 'tryReadJson' | 'uriOf' | 'writeOnce'>;
}

/**
 * Writes what a Spark job scores with: the graph as functions run it, and how rows fill it, so that every
 * engine reads the graph in the same way.
 *
 * @throws Error if the version has no `model.onnx`
 * @throws UnservableModelError
 */
export async function writeScoring(
  run: string,
  modelVersion: string,
  { store, batchName }: WriteScoringProps,
): Promise<void> {
  const [archive, signature] = await Promise.all([
    readPinned(store, modelVersion, 'model'),
    readModelSignature(store, modelVersion),
  ]);
  const onnx = await readFromArchive(archive, 'model.onnx').catch((cause: Error) => {
    throw new Error(
      `version ${modelVersion} cannot be scored by Spark: ${cause.message}; let the training script write model.onnx`,
      { cause },
    );
  });
  const { model, graph } = servedModel(onnx);
  const keyOf = (file: 'scoring' | 'model') => batchScoringKey(batchName, run, modelVersion, file);
  await store.writeOnce(keyOf('model'), model);
  await store.writeOnce(keyOf('scoring'), JSON.stringify(scoringOf(graph, signature)));
}

function scoringOf(graph: ServedGraph, signature: ModelSignature | undefined): BatchScoring {
  const { inputs, isSingleRow, scores, label, others } = graph;
  const columns = signature
    ? namedColumns(
        inputs,
        signature.inputs.map(({ name }) => name),
      )
    : graphColumns(inputs);
  const needed = neededOutputs(graph);
  return {
    version: 1,
    inputs,
    columns: columns.map(({ input, at, width }) => ({ input: input.name, at, width })),
    isSingleRow,
    scores: scores?.outputs ?? [],
    ...(label !== undefined && needed.includes(label) && { label }),
    others: others.map(({ name }) => name),
  };
}
