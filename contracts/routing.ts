/**
 * Name of a production variant of the endpoint: `blue` or `green`, or the one that an adopted endpoint had.
 */
export type VariantName = string;

/** The version that has the production traffic. */
export interface ProductionRoute {
  readonly modelVersion: string;
  readonly variant: VariantName;
  readonly modelName: string;
  /** Absent where a function serves alone. */
  readonly endpointConfigName?: string | undefined;
  /** The published version of the function that answers; absent if no function serves. */
  readonly functionVersion?: string | undefined;
  readonly modelPackageArn: string;
  /** Time of the release, ISO 8601 in UTC. */
  readonly since: string;
  /** Sequence number of the ledger entry that records the release. */
  readonly ledgerSequence: number;
}
