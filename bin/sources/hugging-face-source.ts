import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as z from 'zod';
import { CliError } from '../cli/cli-error';
import { archiveIn, digestOf, writeBelow } from './files-below';
import type { ModelSource, ModelSourceProps } from './model-source';

/** `org/model`, or `org/model@revision`: a branch, a tag or a commit. */
const MODEL = /^(?<model>[\w.-]+(?:\/[\w.-]+)?)(?:@(?<revision>[\w./-]+))?$/;

/** What of a model's description matters: `ModelInfo` of `huggingface_hub` 2.4.0 (`hf_api.py`). */
const modelInfo = z.object({
  sha: z.string(),
  siblings: z.array(
    z.object({ rfilename: z.string(), lfs: z.optional(z.nullable(z.object({ sha256: z.string() }))) }),
  ),
});

/** The same weights for other libraries than the one that loads `.safetensors`. */
const OTHER_WEIGHTS =
  /^(onnx|openvino|coreml)\/|(^|\/)(pytorch_model.*\.bin|tf_model.*\.h5|flax_model.*\.msgpack|rust_model\.ot)(\.index\.json)?$/;

/**
 * A model of the Hugging Face Hub, or of the server that `HF_ENDPOINT` names. `HF_TOKEN` grants access to
 * private and gated ones.
 *
 * @param uri `org/model` or `org/model@revision`
 * @throws CliError if there is no such model, or the token may not read it
 */
export async function huggingFaceSource(
  uri: string,
  { environment, onProgress }: ModelSourceProps,
): Promise<ModelSource> {
  const { model, revision = 'main' } = MODEL.exec(uri)?.groups ?? {};
  if (!model)
    throw new CliError(`'${uri}' is no model of Hugging Face: write hf:org/model or hf:org/model@revision`);
  const { HF_ENDPOINT: endpoint = 'https://huggingface.co', HF_TOKEN: token } = environment;
  const hub = { address: endpoint.replace(/\/+$/, ''), model, revision, token };
  const path = `api/models/${model}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const { sha, siblings } = modelInfo.parse(await (await ask(hub, path)).json());
  const hasSafetensors = siblings.some(({ rfilename }) => rfilename.endsWith('.safetensors'));
  const files = siblings.filter(
    ({ rfilename }) => rfilename !== '.gitattributes' && !(hasSafetensors && OTHER_WEIGHTS.test(rfilename)),
  );
  const origin = `hf ${model}@${sha} of ${hub.address}`;
  return {
    origin,
    provenance: { originDigest: `git:${sha}` },
    fetch: async (folder) => {
      onProgress(`downloading ${files.length} files of ${model} from ${hub.address}`);
      for (const { rfilename: file, lfs } of files) {
        const encoded = file.split('/').map(encodeURIComponent).join('/');
        await writeBelow(folder, { path: file, origin }, async () =>
          Readable.fromWeb(
            (await ask(hub, `${model}/resolve/${sha}/${encoded}`)).body as Parameters<
              typeof Readable.fromWeb
            >[0],
          ),
        );
        if (!lfs || (await digestOf(join(folder, file), 'sha256')) === lfs.sha256) continue;
        throw new CliError(
          `${file} of ${origin} has not the SHA-256 ${lfs.sha256} that it is listed with: try again`,
        );
      }
      return archiveIn(folder);
    },
  };
}

interface Hub {
  readonly address: string;
  readonly model: string;
  readonly revision: string;
  readonly token: string | undefined;
}

async function ask({ address, model, revision, token }: Hub, path: string): Promise<Response> {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const response = await fetch(`${address}/${path}`, { headers }).catch((error: Error) => {
    const { message = error.message } = (error.cause ?? {}) as { message?: string };
    throw new CliError(`the Hugging Face Hub ${address} cannot be reached: ${message}`);
  });
  if (response.ok) return response;
  const account = token ? 'the account of HF_TOKEN' : 'an account whose token you set as HF_TOKEN';
  // The codes by which `huggingface_hub` 2.4.0 tells errors apart (`utils/_http.py`).
  const reasons: Readonly<Record<string, string>> = {
    GatedRepo: `the model ${model} of ${address} is gated: accept its conditions at ${address}/${model} with ${account}`,
    RevisionNotFound: `the model ${model} of ${address} has no revision ${revision}: name a branch, a tag or a commit`,
    RepoNotFound: `there is no model ${model} at ${address}, or it is private: check its name, and read it with ${account}`,
  };
  const code = response.headers.get('x-error-code') ?? (response.status === 401 ? 'RepoNotFound' : '');
  throw new CliError(
    reasons[code] ?? `the Hugging Face Hub ${address} answers ${path} with status ${response.status}`,
  );
}
