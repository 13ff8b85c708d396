/** A request as data capture records it. */
export interface RecordedRequest {
  readonly eventId: string;
  readonly inferenceId?: string;
  readonly inferenceTime: string;
  /** As the caller sent it, a line for each row. */
  readonly input: string;
  /** One answer a row; undefined if there was none. */
  readonly answers?: readonly number[];
}

/** A file of data capture. */
export function captureLines(requests: readonly RecordedRequest[]): string {
  return requests
    .map(({ eventId, inferenceId, inferenceTime, input, answers }) =>
      JSON.stringify({
        captureData: {
          endpointInput: csv('INPUT', input),
          ...(answers && { endpointOutput: csv('OUTPUT', `${answers.join('\n')}\n`) }),
        },
        eventMetadata: { eventId, ...(inferenceId !== undefined && { inferenceId }), inferenceTime },
        eventVersion: '0',
      }),
    )
    .join('\n');
}

/** A file of labels, one for each request. */
export function labelLines(
  labels: readonly { readonly id: string; readonly label: number; readonly weight?: number }[],
): string {
  return labels
    .map(({ id, label, weight }) =>
      JSON.stringify({
        groundTruthData: { data: String(label), encoding: 'CSV' },
        eventMetadata: { eventId: id },
        eventVersion: '0',
        ...(weight !== undefined && { weight }),
      }),
    )
    .join('\n');
}

function csv(mode: string, data: string) {
  return { observedContentType: 'text/csv', mode, data, encoding: 'CSV' };
}
