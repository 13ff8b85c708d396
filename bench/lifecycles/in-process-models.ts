import {
  HealthCheckError,
  type ModelContainer,
  type ServingAnswer,
  type ServingContainers,
  type ServingOptions,
} from '../../local/services/sagemaker/hosting/serving-containers';

/** How a version behaves, by the number it has. */
export const VERSIONS = {
  /** Three that answer well. */
  '1.0.0': 'good',
  '1.1.0': 'good',
  '1.2.0': 'good',
  /** Answers the samples of the smoke test, and fails most customers. */
  '2.0.0': 'fails-customers',
  /** Answers nothing. */
  '3.0.0': 'fails-all',
  /** Its container does not start. */
  '4.0.0': 'does-not-start',
} as const;

/** What is in the archive of a version: a model that names its behaviour. */
export const MODEL_FILE = 'model.onnx';

export type Version = keyof typeof VERSIONS;
export type Behaviour = (typeof VERSIONS)[Version];

export function isRegistered(version: string): version is Version {
  return version in VERSIONS;
}

/** A row that only smoke tests ask with. */
export const SAMPLE = '0,0';

export function isAnswered(behaviour: Behaviour, row: string): boolean {
  return behaviour === 'good' || (behaviour === 'fails-customers' && row === SAMPLE);
}

/**
 * What every version answers: rows that differ have scores that differ, without which the gate judges
 * nothing.
 */
export function scoreOf(row: string): number {
  return 0.25 + (Number(row.split(',').at(-1)) % 6) / 12;
}

/**
 * Models that are not: answers without Python, each version as {@link VERSIONS} says, and those of
 * retrainings well.
 */
export const inProcessModels: ServingContainers = {
  async start({ serving }: ServingOptions): Promise<ModelContainer> {
    const version = /models\/([\d.]+)\//.exec(serving.modelDataUrl ?? '')?.[1];
    const behaviour: Behaviour = version && isRegistered(version) ? VERSIONS[version] : 'good';
    if (behaviour === 'does-not-start') throw new HealthCheckError('it ended');
    return new Model((row) => isAnswered(behaviour, row));
  },
};

/** The latency of every answer, in microseconds. */
const LATENCY = 2_000;

class Model implements ModelContainer {
  readonly ended: Promise<void>;
  private end!: () => void;

  constructor(private readonly answers: (row: string) => boolean) {
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  async invoke({ body }: { readonly body: Buffer }): Promise<ServingAnswer> {
    const rows = body.toString().trim().split('\n');
    const isAnswered = rows.every((row) => this.answers(row));
    return {
      status: isAnswered ? 200 : 500,
      headers: { 'content-type': 'text/csv' },
      body: Buffer.from(isAnswered ? rows.map(scoreOf).join('\n') : 'no answer'),
      latency: LATENCY,
    };
  }

  async stop(): Promise<void> {
    this.end();
  }

  kill(): Promise<void> {
    return this.stop();
  }
}
