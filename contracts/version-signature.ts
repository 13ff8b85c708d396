/**
 * Who vouches for a version: a signature over what identifies it, which is the content of `signature.json`.
 */
export interface VersionSignature {
  /** ARN of the KMS key. */
  readonly keyArn: string;
  /** KMS's `SigningAlgorithm`. */
  readonly algorithm: string;
  /** In base64, as KMS encodes it: DER for elliptic curves. */
  readonly signature: string;
}
