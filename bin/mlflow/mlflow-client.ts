import * as z from 'zod';
import { CliError } from '../cli/cli-error';

export interface NamedVersion {
  readonly name: string;
  readonly version: string;
}

/** A version of a model in MLflow's registry. */
export interface MlflowVersion extends NamedVersion {
  /** The run that logged it; undefined if it was registered without one. */
  readonly runId: string | undefined;
  /**
   * Folder of the MLflow Model, such as `mlflow-artifacts:/0/models/m-1/artifacts` or `s3://bucket/1/model`.
   */
  readonly artifactUri: string;
}

/** Members of the environment that MLflow's own clients read, too. */
export interface MlflowEnvironment {
  readonly MLFLOW_TRACKING_URI?: string | undefined;
  readonly MLFLOW_TRACKING_TOKEN?: string | undefined;
  readonly MLFLOW_TRACKING_USERNAME?: string | undefined;
  readonly MLFLOW_TRACKING_PASSWORD?: string | undefined;
}

/** `models:/churn/3`, or `models:/churn@champion` by an alias. */
const MODEL_URI = /^models:\/(?<name>[^/@]+)(?:\/(?<version>\d+)|@(?<alias>[\w.-]+))$/;

/**
 * The registry and the artifacts of an MLflow tracking server.
 *
 * @see https://mlflow.org/docs/latest/api_reference/rest-api.html
 */
export class MlflowClient {
  readonly address: string;
  private readonly headers: Record<string, string>;

  /** @throws CliError if the environment names no server */
  constructor(environment: MlflowEnvironment) {
    const { MLFLOW_TRACKING_URI: address, MLFLOW_TRACKING_TOKEN: token } = environment;
    if (!address || !/^https?:\/\//.test(address)) {
      throw new CliError(
        `MLFLOW_TRACKING_URI is ${address ? `'${address}'` : 'not set'}: set it to the address of the MLflow server, such as https://mlflow.example.com`,
      );
    }
    this.address = address.replace(/\/+$/, '');
    const { MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD: password = '' } = environment;
    const basic = user && `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    const authorization = token ? `Bearer ${token}` : basic;
    this.headers = authorization ? { authorization } : {};
  }

  /**
   * A version by its number or by an alias.
   *
   * @param uri `models:/<name>/<version>` or `models:/<name>@<alias>`
   * @throws CliError if the URI has another form, or there is no such version
   */
  async version(uri: string): Promise<MlflowVersion> {
    const { name, version, alias } = MODEL_URI.exec(uri)?.groups ?? {};
    if (!name)
      throw new CliError(
        `'${uri}' is no registered model of MLflow: write models:/<name>/<version> or models:/<name>@<alias>`,
      );
    const query = new URLSearchParams({ name: decodeURIComponent(name) });
    const { model_version: found } = alias
      ? await this.get(`mlflow/registered-models/alias?${query}&alias=${alias}`, versionAnswer)
      : await this.get(`mlflow/model-versions/get?${query}&version=${version}`, versionAnswer);
    const place = new URLSearchParams({ name: found.name, version: found.version });
    const { artifact_uri } = await this.get(`mlflow/model-versions/get-download-uri?${place}`, placeAnswer);
    return {
      name: found.name,
      version: found.version,
      runId: found.run_id || undefined,
      artifactUri: artifact_uri,
    };
  }

  /** The last value of each metric of a run. */
  async metrics(runId: string): Promise<Record<string, number>> {
    const { run } = await this.get(`mlflow/runs/get?${new URLSearchParams({ run_id: runId })}`, runAnswer);
    return Object.fromEntries((run.data.metrics ?? []).map(({ key, value }) => [key, value]));
  }

  /** Points an alias of a model to one of its versions; it leaves the version that had it. */
  async setAlias({ name, version }: NamedVersion, alias: string): Promise<void> {
    await this.request('mlflow/registered-models/alias', { name, version, alias });
  }

  async setTag({ name, version }: NamedVersion, key: string, value: string): Promise<void> {
    await this.request('mlflow/model-versions/set-tag', { name, version, key, value });
  }

  /** Files below a folder of the artifacts that the server itself keeps, as paths from its root. */
  async files(folder: string): Promise<string[]> {
    const { files = [] } = await this.get(
      `mlflow-artifacts/artifacts?${new URLSearchParams({ path: folder })}`,
      filesAnswer,
    );
    const found = await Promise.all(
      files.map(({ path, is_dir: isFolder }) =>
        isFolder ? this.files(`${folder}/${path}`) : [`${folder}/${path}`],
      ),
    );
    return found.flat();
  }

  /** Content of one of those files. */
  async file(path: string): Promise<ReadableStream<Uint8Array>> {
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    const { body } = await this.request(`mlflow-artifacts/artifacts/${encoded}`);
    if (!body) throw new CliError(`the MLflow server sends no content of ${path}`);
    return body;
  }

  private async get<Answer>(path: string, schema: z.ZodType<Answer>): Promise<Answer> {
    return schema.parse(await (await this.request(path)).json());
  }

  private async request(path: string, content?: object): Promise<Response> {
    const address = `${this.address}/api/2.0/${path}`;
    const post = content && {
      method: 'POST',
      headers: { ...this.headers, 'content-type': 'application/json' },
      body: JSON.stringify(content),
    };
    const response = await fetch(address, post ?? { headers: this.headers }).catch((error: Error) => {
      const { message = error.message } = (error.cause ?? {}) as { message?: string };
      throw new CliError(`the MLflow server ${this.address} cannot be reached: ${message}`);
    });
    if (response.ok) return response;
    const text = await response.text();
    const { data } = errorAnswer.safeParse(parsed(text));
    const reason = data?.message ?? `status ${response.status} ${text.slice(0, 200)}`;
    throw new CliError(`the MLflow server ${this.address} refuses ${path}: ${reason}`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const versionAnswer = z.object({
  model_version: z.object({ name: z.string(), version: z.string(), run_id: z.optional(z.string()) }),
});
const placeAnswer = z.object({ artifact_uri: z.string() });
const runAnswer = z.object({
  run: z.object({
    data: z.object({ metrics: z.optional(z.array(z.object({ key: z.string(), value: z.number() }))) }),
  }),
});
const filesAnswer = z.object({
  files: z.optional(z.array(z.object({ path: z.string(), is_dir: z.boolean() }))),
});
const errorAnswer = z.object({ message: z.string() });
