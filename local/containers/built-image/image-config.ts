/**
 * The configuration of an image that the local cloud built of a Dockerfile: a configuration of the OCI image
 * specification, with what its Python processes need. Its one layer has the files that the Dockerfile copied.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/config.md
 */
export interface ImageConfig {
  readonly architecture: string;
  readonly os: 'linux';
  readonly config: {
    /** `NAME=value` */
    readonly Env: readonly string[];
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly WorkingDir: string;
    readonly Labels?: Readonly<Record<string, string>>;
  };
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly string[] };
  /** Not of the specification, which lets implementations add to it. */
  readonly python: PythonOfImage;
}

export interface PythonOfImage {
  /** Of the base image, such as `3.12`. */
  readonly version: string;
  /** What the Dockerfile installs, with versions, as a requirements file. */
  readonly requirements: string;
}

export const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
export const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip';
export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

/** @see https://github.com/opencontainers/image-spec/blob/main/manifest.md */
export interface ImageManifest {
  readonly schemaVersion: 2;
  readonly mediaType: typeof MANIFEST_TYPE;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:...` */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}
