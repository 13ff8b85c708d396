/** Of an endpoint, as `DescribeEndpoint` tells it. */
interface RecordingConfig {
  readonly EnableCapture?: boolean | undefined;
  readonly DestinationS3Uri?: string | undefined;
}

/**
 * Whether the requests of an endpoint are recorded, and where the pipeline reads: those of one that was
 * adopted may not be.
 *
 * @param folder URI of the pipeline's folder of recordings
 */
export function recordingOf(
  { EnableCapture, DestinationS3Uri = '' }: RecordingConfig = {},
  folder: string,
): 'none' | 'elsewhere' | 'here' {
  if (!EnableCapture) return 'none';
  return DestinationS3Uri.replace(/\/$/, '') === folder ? 'here' : 'elsewhere';
}
