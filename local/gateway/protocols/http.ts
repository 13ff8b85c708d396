/** A request as it came over the wire, body complete. */
export interface WireRequest {
  readonly method: string;
  /** Path as sent, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The query as sent, still percent-encoded. */
  readonly queryString: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Each is a `set-cookie` header of its own: browsers do not read several in one. @default none */
  readonly cookies?: readonly string[];
  readonly body: Buffer | string;
}
