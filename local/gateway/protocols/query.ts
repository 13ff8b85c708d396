import { FromStringShapeDeserializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { WireResponse } from './http';
import type { Protocol } from './protocol';
import { escapeXml, xmlChildren } from './xml';

const scalars = new FromStringShapeDeserializer({
  timestampFormat: { useTrait: true, default: 5 },
  httpBindings: false,
});

/** AWS Query: a form with `Action`, answered in XML. */
export const queryProtocol: Protocol = {
  operationOf: (_model, request) => form(request.body, request.query).get('Action') ?? undefined,

  async readInput(_model, operation, request) {
    return (readMembers(operation.input, tree(form(request.body, request.query))) ?? {}) as Record<
      string,
      unknown
    >;
  },

  writeOutput(model, operation, output, requestId) {
    const name = operation.name;
    const result = operation.output.isUnitSchema()
      ? ''
      : `<${name}Result>${xmlChildren(model, operation.output, output)}</${name}Result>`;
    return xml(
      200,
      `<${name}Response xmlns="${model.xmlNamespace}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`,
    );
  },

  writeError(model, error, requestId) {
    const known = model.error(error.code);
    return xml(
      error.options.status ?? known?.status ?? 400,
      `<ErrorResponse xmlns="${model.xmlNamespace}"><Error><Type>Sender</Type><Code>${known?.code ?? error.code}</Code>` +
        `<Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    );
  },
};

function xml(status: number, body: string): WireResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function form(body: Buffer, query: URLSearchParams): URLSearchParams {
  return body.length > 0 ? new URLSearchParams(body.toString('utf8')) : query;
}

/** `A.member.1.B=x` as nested branches: A -> member -> 1 -> B. */
class Branch {
  value: string | undefined;
  readonly children = new Map<string, Branch>();

  child(name: string): Branch {
    let child = this.children.get(name);
    if (!child) {
      child = new Branch();
      this.children.set(name, child);
    }
    return child;
  }
}

function tree(parameters: URLSearchParams): Branch {
  const root = new Branch();
  for (const [name, value] of parameters) {
    let branch = root;
    for (const part of name.split('.')) branch = branch.child(part);
    branch.value = value;
  }
  return root;
}

function read(schema: NormalizedSchema, branch: Branch): unknown {
  if (schema.isStructSchema()) return readMembers(schema, branch);
  if (schema.isListSchema()) {
    const items = schema.getMergedTraits().xmlFlattened
      ? branch
      : (branch.children.get(String(schema.getValueSchema().getMergedTraits().xmlName ?? 'member')) ??
        new Branch());
    return numbered(items).map((item) => read(schema.getValueSchema(), item));
  }
  if (schema.isMapSchema()) {
    const entries = schema.getMergedTraits().xmlFlattened ? branch : branch.child('entry');
    const key = String(schema.getKeySchema().getMergedTraits().xmlName ?? 'key');
    const value = String(schema.getValueSchema().getMergedTraits().xmlName ?? 'value');
    return Object.fromEntries(
      numbered(entries).map((entry) => [
        entry.child(key).value,
        read(schema.getValueSchema(), entry.child(value)),
      ]),
    );
  }
  return branch.value === undefined ? undefined : scalars.read(schema, branch.value);
}

function readMembers(schema: NormalizedSchema, branch: Branch): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, member] of schema.isUnitSchema() ? [] : schema.structIterator()) {
    const child =
      branch.children.get(String(member.getMergedTraits().xmlName ?? name)) ?? branch.children.get(name);
    if (child) result[name] = read(member, child);
  }
  return result;
}

function numbered(branch: Branch): Branch[] {
  return [...branch.children].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);
}
