import { SinkUnavailableError } from './sink-unavailable-error';

/** Answers by which a receiver refuses the content of a request. */
const REFUSED = [400, 413, 422];
const TIMEOUT_MILLISECONDS = 60_000;

/** What a receiver answered that can take requests. */
export interface HttpAnswer {
  /** Whether it has taken the content; otherwise it refuses it. */
  readonly isTaken: boolean;
  readonly status: number;
  readonly text: string;
}

/**
 * Posts a JSON document.
 *
 * @param who the receiver in errors, such as `webhook`
 * @throws SinkUnavailableError if it does not answer, or with neither a success nor a refusal of the content
 */
export async function postJson(
  { url, body, headers, who }: JsonPost,
  fetchFrom: typeof fetch,
): Promise<HttpAnswer> {
  const host = `the ${who} ${new URL(url).host}`;
  const { status, ok, text } = await answerOf({ url, body, headers }, fetchFrom).catch((cause: Error) => {
    throw new SinkUnavailableError(`${host} did not answer: ${cause.message}`, { cause });
  });
  if (!ok && !REFUSED.includes(status))
    throw new SinkUnavailableError(`${host} answered ${saidOf({ status, text })}`);
  return { isTaken: ok, status, text };
}

export interface JsonPost {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly who: string;
}

/** Status and beginning of an answer, for people. */
export function saidOf({ status, text }: Pick<HttpAnswer, 'status' | 'text'>): string {
  return `${status} ${text.slice(0, 500)}`.trim();
}

async function answerOf({ url, body, headers }: Omit<JsonPost, 'who'>, fetchFrom: typeof fetch) {
  const response = await fetchFrom(url, {
    method: 'POST',
    body,
    // Most redirects lead to a GET without the content: https://fetch.spec.whatwg.org/#http-redirect-fetch
    redirect: 'manual',
    headers: { 'content-type': 'application/json', ...headers },
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
  });
  return { status: response.status, ok: response.ok, text: await response.text() };
}
