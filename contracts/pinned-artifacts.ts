/** What an object is, to the bit. */
export interface PinnedObject {
  /** S3's `VersionId`. */
  readonly versionId: string;
  /**
   * As S3 writes it, in base64; of an object in parts, the checksum of the parts' checksums and their count
   * (`<base64>-<count>`).
   */
  readonly sha256: string;
  /** Size in bytes of each part but the last, if the object was copied in parts. */
  readonly partBytes?: number | undefined;
}

/** The files of a version that decide how it answers, and what its traffic is compared with. */
export interface PinnedArtifacts {
  readonly model: PinnedObject;
  /** Absent if the code is part of the archive of the model. */
  readonly code?: PinnedObject | undefined;
  readonly baseline: PinnedObject;
}
