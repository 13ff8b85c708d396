/** What stands in for one of AWS's scikit-learn images. */
export interface StandIn {
  /** Version of the image. */
  readonly version: string;
  /** Python of the image. */
  readonly python: string;
  /** Versions of the libraries of the image that scripts use, from its published source. */
  readonly libraries: Readonly<Record<string, string>>;
  /** Versions in their place on a Python for which a library has no wheel: the nearest ones that have. */
  readonly instead: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /**
   * What else is installed: what the libraries need, and what writes ONNX models, which is not in the image.
   */
  readonly besides: Readonly<Record<string, string>>;
}

const NEEDED = {
  threadpoolctl: '3.6.0',
  'python-dateutil': '2.9.0.post0',
  pytz: '2025.2',
  six: '1.17.0',
  tzdata: '2025.2',
  packaging: '25.0',
};
const EARLIER_ONNX = {
  onnx: '1.18.0',
  protobuf: '5.29.5',
  skl2onnx: '1.18.0',
  'typing-extensions': '4.15.0',
};

export const STAND_INS: readonly StandIn[] = [
  {
    // aws/sagemaker-scikit-learn-container, branch 1.2-1, requirements.txt
    version: '1.2-1',
    python: '3.9',
    libraries: { 'scikit-learn': '1.2.1', numpy: '1.24.1', scipy: '1.8.0', pandas: '1.1.3' },
    instead: {
      '3.10': { scipy: '1.9.3', pandas: '1.5.3' },
      '3.11': { scipy: '1.9.3', pandas: '1.5.3' },
      '3.12': { 'scikit-learn': '1.3.2', numpy: '1.26.4', scipy: '1.11.4', pandas: '2.1.4' },
      '3.13': { 'scikit-learn': '1.5.2', numpy: '2.1.3', scipy: '1.14.1', pandas: '2.2.3' },
    },
    besides: { ...NEEDED, ...EARLIER_ONNX, joblib: '1.3.2' },
  },
  {
    // aws/deep-learning-containers, docker/sklearn/1.4-2-py312: Dockerfile and requirements.txt
    version: '1.4-2-py312',
    python: '3.12',
    libraries: { 'scikit-learn': '1.4.2', numpy: '2.1.0', pandas: '2.3.2' },
    instead: { '3.13': { 'scikit-learn': '1.5.2' } },
    besides: { ...NEEDED, ...EARLIER_ONNX, scipy: '1.14.1', joblib: '1.5.3' },
  },
  {
    // aws/deep-learning-containers, docker/sklearn/1.9-0: Dockerfile, pyproject.toml and uv.lock
    version: '1.9-0',
    python: '3.12',
    libraries: {
      'scikit-learn': '1.9.0',
      numpy: '2.5.1',
      scipy: '1.18.0',
      pandas: '2.2.3',
      joblib: '1.5.3',
    },
    instead: {
      '3.10': { 'scikit-learn': '1.7.2', numpy: '2.2.6', scipy: '1.15.3' },
      '3.11': { numpy: '2.4.6', scipy: '1.17.1' },
    },
    besides: {
      ...NEEDED,
      narwhals: '2.29.0',
      'ml-dtypes': '0.5.4',
      onnx: '1.20.1',
      protobuf: '6.33.1',
      skl2onnx: '1.20.0',
      'typing-extensions': '4.15.0',
    },
  },
];

export const NEWEST_STAND_IN = STAND_INS.at(-1) as StandIn;

/**
 * What runs in the place of an image such as
 * `683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3`.
 *
 * @returns undefined for an image that cannot run here
 */
export function standInOf(imageUri: string): StandIn | undefined {
  const [, tag] = SCIKIT_LEARN_IMAGE.exec(imageUri) ?? [];
  return STAND_INS.find(({ version }) => tag === version || tag === `${version}-cpu-py3`);
}

const SCIKIT_LEARN_IMAGE =
  /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/sagemaker-scikit-learn:([\w][\w.-]{0,127})$/;

/** What pip installs on a Python such as `3.11.7`, as a requirements file. */
export function requirementsOf(standIn: StandIn, pythonVersion: string): string {
  const pins = Object.entries({ ...standIn.besides, ...librariesOf(standIn, pythonVersion) });
  return pins.map(([name, version]) => `${name}==${version}\n`).join('');
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
  return `the stand-in for AWS's image scikit-learn ${standIn.version} has ${differing.join(', ')}`;
}

function librariesOf({ libraries, instead }: StandIn, pythonVersion: string): Record<string, string> {
  return { ...libraries, ...instead[minorOf(pythonVersion)] };
}

function minorOf(pythonVersion: string): string {
  return pythonVersion.split('.').slice(0, 2).join('.');
}
