/** The images of one ECR repository of AWS's that differ in their version only. */
export interface ImageFamily {
  /** As messages name it, such as `scikit-learn`. */
  readonly name: string;
  /** Name of the ECR repository. */
  readonly repository: string;
  /**
   * Module of `sagemaker_toolkit` that serves a model as the image does, such as `scikit_learn_image`.
   * @default - the image does not serve
   */
  readonly serving?: string;
  /**
   * The toolkit that runs a training script: `sagemaker-training` reports what the script wrote to its error
   * stream, `sagemaker-containers` only its command.
   * @default - the image does not train
   */
  readonly training?: 'sagemaker-training' | 'sagemaker-containers';
  /** The tags of a version, most common first. */
  readonly tagsOf: (version: string) => readonly string[];
  /** Oldest first. */
  readonly versions: readonly ImageVersion[];
}

/** What is known of one image, and what runs in its place. */
export interface ImageVersion {
  /** Version of the image. */
  readonly version: string;
  /** Python of the image. */
  readonly python: string;
  /** Versions of the libraries of the image that scripts use, from its published source. */
  readonly libraries: Readonly<Record<string, string>>;
  /** Versions in their place on a Python for which a library has no wheel: the nearest ones that have. */
  readonly instead: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What else is installed: what the libraries need, and what is not in the image, such as ONNX writers. */
  readonly besides: Readonly<Record<string, string>>;
  /**
   * Another index, with wheels that have no GPU code, which is used if it can be reached.
   * @default - none
   */
  readonly smallWheels?: string;
}

/** What stands in for one of AWS's images. */
export interface StandIn extends ImageVersion {
  readonly family: ImageFamily;
}

/** What pip installs on a Python such as `3.11.7`, as a requirements file. */
export function requirementsOf(standIn: StandIn, pythonVersion: string): string {
  const pins = Object.entries({ ...standIn.besides, ...librariesOf(standIn, pythonVersion) });
  return pins.flatMap(([name, version]) => distributionsOf(name, version)).join('');
}

/**
 * What differs from the image on a Python such as `3.11.7`, as a sentence.
 *
 * @returns undefined if Python and libraries are the image's
 */
export function differenceOf(standIn: StandIn, pythonVersion: string): string | undefined {
  const here = librariesOf(standIn, pythonVersion);
  const differing = [
    ...(minorOf(pythonVersion) === standIn.python
      ? []
      : [`Python ${pythonVersion} (image: ${standIn.python})`]),
    ...Object.entries(standIn.libraries).flatMap(([name, version]) =>
      here[name] === version ? [] : [`${name} ${here[name]} (image: ${version})`],
    ),
  ];
  if (differing.length === 0) return undefined;
  return `the stand-in for AWS's image ${nameOf(standIn)} has ${differing.join(', ')}`;
}

/** As messages name an image, such as `scikit-learn 1.9-0`. */
export function nameOf({ family, version }: StandIn): string {
  return `${family.name} ${version}`;
}

function librariesOf({ libraries, instead }: StandIn, pythonVersion: string): Record<string, string> {
  return { ...libraries, ...instead[minorOf(pythonVersion)] };
}

/** `3.11` of `3.11.7`. */
export function minorOf(pythonVersion: string): string {
  return pythonVersion.split('.').slice(0, 2).join('.');
}

/**
 * The `xgboost` wheels of Linux have GPU code of several hundred megabytes, and so have those of
 * `tensorflow`. `xgboost-cpu` and `tensorflow-cpu`, by the same authors, have none
 * (https://xgboost.readthedocs.io/en/stable/install.html#minimal-installation-cpu-only,
 * https://www.tensorflow.org/install/pip).
 */
function distributionsOf(name: string, version: string): string[] {
  if (!['tensorflow', 'xgboost'].includes(name)) return [`${name}==${version}\n`];
  return [
    `${name}-cpu==${version}; sys_platform == "linux" and platform_machine == "x86_64"\n`,
    `${name}==${version}; sys_platform != "linux" or platform_machine != "x86_64"\n`,
  ];
}
