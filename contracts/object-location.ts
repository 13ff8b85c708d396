/** An object in S3, in whatever bucket: what may be longer than a function's environment. */
export interface ObjectLocation {
  readonly bucket: string;
  readonly key: string;
}
