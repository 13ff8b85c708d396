import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type ContainerProcess, startContainerProcess } from './container-process';
import { ensureLibraries } from './library-environment';

/**
 * The libraries of a job: Spark as EMR 7 has it, and what scores. All have wheels for Python 3.10 to 3.13.
 */
const LIBRARIES = [
  'pyspark==3.5.8',
  'boto3==1.40.0',
  'numpy==2.2.6',
  'onnxruntime==1.23.2',
  'pandas==2.2.3',
  'pyarrow==20.0.0',
];

/** What is this machine's own, or has its libraries from an archive there. */
const REPLACED = /^spark\.(master|archives|emr-serverless\..*|executorEnv\.PYSPARK_.*)$/;

export interface SparkJobOptions {
  /** Private directory of the job. */
  readonly root: string;
  /** File with the script. */
  readonly script: string;
  readonly arguments: readonly string[];
  /** Of `spark-submit`, as one text. */
  readonly parameters: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly onLog: (line: string) => void;
}

/** Whether there is a Java that Spark 3.5 runs on, as its name; undefined if not. */
export async function findJava(): Promise<string | undefined> {
  const version = await promisify(execFile)('java', ['-version']).then(
    ({ stderr }) => /version "(\d+)[^"]*"/.exec(stderr)?.[1],
    () => undefined,
  );
  // https://spark.apache.org/docs/3.5.8/
  return version !== undefined && ['8', '11', '17'].includes(version) ? version : undefined;
}

/**
 * The Python that has PySpark, installed once. @param onProgress receives a line for each step that takes a
 * while
 */
export async function ensureSpark(onProgress: (line: string) => void): Promise<string> {
  const requirements = () => `${LIBRARIES.join('\n')}\n`;
  return (await ensureLibraries({ name: 'EMR Serverless 7 (Spark 3.5)', requirements, onProgress })).python;
}

/** Runs a script by `spark-submit`, on two threads of this machine. */
export function startSparkJob(python: string, options: SparkJobOptions): ContainerProcess {
  const { kept, replaced } = configuration(options.parameters);
  if (replaced.length > 0) options.onLog(`local cloud: ${replaced.join(', ')} do not apply here`);
  return startContainerProcess({
    python,
    arguments: [
      join(__dirname, 'sagemaker_toolkit', 'process.py'),
      join(dirname(python), 'spark-submit'),
      '--master',
      'local[2]',
      ...kept.flatMap((setting) => ['--conf', setting]),
      options.script,
      ...options.arguments,
    ],
    root: options.root,
    environment: {
      ...options.environment,
      PATH: [dirname(python), process.env.PATH].join(':'),
      PYSPARK_PYTHON: python,
      PYSPARK_DRIVER_PYTHON: python,
      SPARK_LOCAL_IP: '127.0.0.1',
    },
    onLog: options.onLog,
  });
}

/** Parameters of `spark-submit` that are not `--conf name=value`; undefined without any. */
export function unknownParameter(parameters: string): string | undefined {
  const words = wordsOf(parameters);
  const index = words.findIndex((word, place) =>
    place % 2 === 0 ? word !== '--conf' : !/^[\w.-]+=.*$/s.test(word),
  );
  return words[index] ?? (words.length % 2 === 1 ? words.at(-1) : undefined);
}

function configuration(parameters: string): {
  readonly kept: readonly string[];
  readonly replaced: readonly string[];
} {
  const settings = wordsOf(parameters).filter((_, place) => place % 2 === 1);
  const isReplaced = (setting: string) => REPLACED.test(setting.split('=')[0] as string);
  return {
    // The memory of EMR's workers is not that of this machine.
    kept: settings.filter((setting) => !isReplaced(setting) && !/^spark\.\w+\.memory/.test(setting)),
    replaced: settings.filter(isReplaced),
  };
}

function wordsOf(parameters: string): string[] {
  return parameters.split(/\s+/).filter((word) => word !== '');
}
