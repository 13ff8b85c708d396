import { JsonCodec } from '@aws-sdk/core/protocols';
import { FromStringShapeDeserializer, ToStringShapeSerializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../aws-error';
import type { OperationModel, SdkModel } from '../sdk-model';
import type { WireRequest } from './http';
import type { Protocol } from './protocol';
import { escapeXml, XML_DECLARATION, xmlChildren, xmlCodec } from './xml';

const jsonCodec = new JsonCodec({ jsonName: true, timestampFormat: { useTrait: true, default: 7 } });
const stringSettings = { timestampFormat: { useTrait: true, default: 5 as const }, httpBindings: true };
const fromString = new FromStringShapeDeserializer(stringSettings);
const toText = new ToStringShapeSerializer(stringSettings);

/** REST protocols: method and path choose the operation; members travel in path, query, headers or body. */
export const restProtocol: Protocol = {
  operationOf: (model, request) => bestMatch(model, request)?.name,

  async readInput(model, operation, request) {
    const input: Record<string, unknown> = {};
    const labels = matchPath(operation, request.path) ?? {};
    let bodyMembers = false;
    for (const [name, member] of membersOf(operation.input)) {
      const traits = member.getMergedTraits();
      if (traits.httpLabel) {
        input[name] = fromString.read(member, labels[name] ?? '');
      } else if (traits.httpQuery) {
        input[name] = readQuery(member, request.query, String(traits.httpQuery));
      } else if (traits.httpQueryParams) {
        input[name] = Object.fromEntries(request.query);
      } else if (traits.httpHeader) {
        const header = request.headers[String(traits.httpHeader).toLowerCase()];
        if (header !== undefined) input[name] = fromString.read(member, header);
      } else if (traits.httpPrefixHeaders !== undefined) {
        input[name] = prefixedHeaders(request.headers, String(traits.httpPrefixHeaders).toLowerCase());
      } else if (traits.httpPayload) {
        if (request.body.length > 0 || member.isStreaming())
          input[name] = await readPayload(model, member, request.body);
      } else {
        bodyMembers = true;
      }
      if (input[name] === undefined) delete input[name];
    }
    if (bodyMembers && request.body.length > 0)
      Object.assign(input, await readBody(model, operation.input, request.body));
    return input;
  },

  writeOutput(model, operation, output, requestId) {
    const headers: Record<string, string> = { [requestIdHeader(model)]: requestId };
    let status = operation.http?.status ?? 200;
    let payload: Buffer | string | undefined;
    const bodyMembers: string[] = [];
    for (const [name, member] of membersOf(operation.output)) {
      const value = (output as Record<string, unknown>)[name];
      const traits = member.getMergedTraits();
      if (traits.httpPayload) {
        payload = value === undefined ? '' : writePayload(model, member, value, headers);
      } else if (traits.httpResponseCode) {
        status = (value as number | undefined) ?? status;
      } else if (traits.httpHeader) {
        if (value === undefined || value === null) continue;
        toText.write(member, value);
        headers[String(traits.httpHeader).toLowerCase()] = toText.flush();
      } else if (traits.httpPrefixHeaders !== undefined) {
        for (const [key, item] of Object.entries((value as Record<string, string> | undefined) ?? {})) {
          headers[`${traits.httpPrefixHeaders}${key}`.toLowerCase()] = item;
        }
      } else {
        bodyMembers.push(name);
      }
    }
    payload ??= bodyMembers.length > 0 ? writeBody(model, operation, output, bodyMembers) : '';
    if (payload.length > 0)
      headers['content-type'] ??= model.protocol === 'rest-xml' ? 'application/xml' : 'application/json';
    return { status, headers, body: payload };
  },

  writeError(model, error, requestId) {
    const known = model.error(error.code);
    const status = error.options.status ?? known?.status ?? 400;
    const code = known?.code ?? error.code;
    if (model.protocol === 'rest-json') {
      return {
        status,
        headers: {
          'content-type': 'application/json',
          'x-amzn-errortype': code,
          [requestIdHeader(model)]: requestId,
        },
        body: JSON.stringify({
          Message: error.message,
          message: error.message,
          Type: 'User',
          ...error.options.extra,
        }),
      };
    }
    const extra = Object.entries(error.options.extra ?? {}).map(
      ([key, value]) => `<${key}>${escapeXml(String(value))}</${key}>`,
    );
    return {
      status,
      headers: { 'content-type': 'application/xml', [requestIdHeader(model)]: requestId },
      body: `${XML_DECLARATION}<Error><Code>${code}</Code><Message>${escapeXml(error.message)}</Message>${extra.join('')}<RequestId>${requestId}</RequestId></Error>`,
    };
  },
};

function requestIdHeader(model: SdkModel): string {
  return model.protocol === 'rest-xml' ? 'x-amz-request-id' : 'x-amzn-requestid';
}

function membersOf(schema: NormalizedSchema): Iterable<[string, NormalizedSchema]> {
  return schema.isStructSchema() ? schema.structIterator() : [];
}

/** Among the operations whose method, path and fixed query match, the one that asks for most. */
function bestMatch(model: SdkModel, request: WireRequest): OperationModel | undefined {
  let best: OperationModel | undefined;
  let bestScore = -1;
  for (const operation of model.operations.values()) {
    if (operation.http?.method !== request.method || !matchPath(operation, request.path)) continue;
    const score = queryScore(operation, request);
    if (score > bestScore) [best, bestScore] = [operation, score];
  }
  return best;
}

/** -1 where the request lacks something that the operation needs. */
function queryScore(operation: OperationModel, request: WireRequest): number {
  let score = (operation.http?.path ?? '').replace(/\{[^}]*\}/g, '').length;
  for (const [key, value] of operation.http?.query ?? []) {
    if (key === 'x-id') {
      if (request.query.has(key) && request.query.get(key) !== value) return -1;
      continue;
    }
    if (!request.query.has(key) || (value !== '' && request.query.get(key) !== value)) return -1;
    score += 100;
  }
  for (const name of operation.required) {
    const traits = operation.input.getMemberSchema(name).getMergedTraits();
    if (traits.httpQuery) {
      if (!request.query.has(String(traits.httpQuery))) return -1;
      score += 10;
    }
    if (traits.httpHeader) {
      if (request.headers[String(traits.httpHeader).toLowerCase()] === undefined) return -1;
      score += 10;
    }
  }
  return score;
}

/**
 * The labels of the path, or undefined where it does not match. S3 addresses its bucket by
 * `/{Bucket}/{Key+}`.
 */
function matchPath(operation: OperationModel, path: string): Record<string, string> | undefined {
  let matcher = matchers.get(operation);
  if (!matcher) {
    matcher = newMatcher(s3Path(operation, operation.http?.path ?? '/'));
    matchers.set(operation, matcher);
  }
  const { names, pattern } = matcher;
  const match = pattern.exec(path);
  if (!match) return undefined;
  return Object.fromEntries(
    names.map((name, index) => [name, decodeURIComponent(match[index + 1] as string)]),
  );
}

interface PathMatcher {
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

const matchers = new WeakMap<OperationModel, PathMatcher>();

function newMatcher(template: string): PathMatcher {
  const names: string[] = [];
  const pattern = template
    .split('/')
    .map((segment) => {
      const label = /^\{([^}+]+)(\+?)\}$/.exec(segment);
      if (!label) return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      names.push(label[1] as string);
      return label[2] ? '(.+)' : '([^/]+)';
    })
    .join('/');
  return { pattern: new RegExp(`^${pattern}/?$`), names };
}

/**
 * The SDK moves the bucket to the host name, so its schemas leave it out of the path; over IP addresses it is
 * in the path.
 */
function s3Path(operation: OperationModel, path: string): string {
  if (path.includes('{Bucket}') || !operation.required.includes('Bucket')) return path;
  return path === '/' ? '/{Bucket}' : `/{Bucket}${path}`;
}

function readQuery(member: NormalizedSchema, query: URLSearchParams, name: string): unknown {
  if (member.isListSchema()) {
    const values = query.getAll(name);
    return values.length > 0
      ? values.map((value) => fromString.read(member.getValueSchema(), value))
      : undefined;
  }
  const value = query.get(name);
  return value === null ? undefined : fromString.read(member, value);
}

function prefixedHeaders(headers: Readonly<Record<string, string>>, prefix: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

async function readPayload(model: SdkModel, member: NormalizedSchema, body: Buffer): Promise<unknown> {
  if (member.isStreaming() || member.isBlobSchema()) return body;
  if (member.isStringSchema()) return body.toString('utf8');
  return readBody(model, member, body);
}

async function readBody(model: SdkModel, schema: NormalizedSchema, body: Buffer): Promise<object> {
  const codec = model.protocol === 'rest-xml' ? xmlCodec(model) : jsonCodec;
  try {
    return ((await codec.createDeserializer().read(schema, body)) ?? {}) as object;
  } catch (error) {
    const code = model.protocol === 'rest-xml' ? 'MalformedXML' : 'InvalidRequestContentException';
    throw new AwsError(code, `could not read the request body: ${(error as Error).message}`);
  }
}

function writePayload(
  model: SdkModel,
  member: NormalizedSchema,
  value: unknown,
  headers: Record<string, string>,
): Buffer | string {
  if (member.isStreaming() || member.isBlobSchema()) {
    headers['content-type'] ??= 'application/octet-stream';
    return Buffer.from(value as Uint8Array);
  }
  if (member.isStringSchema()) return String(value);
  if (model.protocol === 'rest-json') {
    const serializer = jsonCodec.createSerializer();
    serializer.write(member, value);
    return Buffer.from(serializer.flush() as string);
  }
  const name = String(member.getMergedTraits().xmlName ?? member.getName());
  return `${XML_DECLARATION}<${name} xmlns="${model.xmlNamespace}">${xmlChildren(model, member, value as object)}</${name}>`;
}

function writeBody(
  model: SdkModel,
  operation: OperationModel,
  output: object,
  members: readonly string[],
): Buffer | string {
  const inBody = Object.fromEntries(Object.entries(output).filter(([name]) => members.includes(name)));
  if (model.protocol === 'rest-json') {
    const serializer = jsonCodec.createSerializer();
    serializer.write(operation.output, inBody);
    return Buffer.from(serializer.flush() as string);
  }
  const name = String(operation.output.getMergedTraits().xmlName ?? operation.output.getName());
  // GetBucketLocation answers with its only member as the root.
  if (members.length === 1 && members[0] === name) {
    return `${XML_DECLARATION}<${name} xmlns="${model.xmlNamespace}">${escapeXml(String(inBody[name] ?? ''))}</${name}>`;
  }
  return `${XML_DECLARATION}<${name} xmlns="${model.xmlNamespace}">${xmlChildren(model, operation.output, inBody)}</${name}>`;
}
