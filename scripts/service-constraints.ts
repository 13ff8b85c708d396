import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { type Constraints, MODEL_VERSION, type Shape } from '../local/gateway/constraints';
import { LocalCloud } from '../local/local-cloud';

/** botocore's folders of models that are not named as the service is in credential scopes. */
const FOLDERS: Readonly<Record<string, string>> = {
  apigateway: 'apigatewayv2',
  states: 'stepfunctions',
  monitoring: 'cloudwatch',
};

interface ServiceModel {
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

interface ModelShape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
}

/** What a service's model demands of the inputs of some operations, and nothing else of it. */
export function constraintsOf(
  model: ServiceModel,
  source: string,
  operations: readonly string[],
): Constraints {
  const shapes = new Map<string, Shape | undefined>();
  const add = (name: string): string | undefined => {
    if (!shapes.has(name)) {
      shapes.set(name, undefined);
      const shape = compact(model.shapes[name] as ModelShape, add);
      if (shape) shapes.set(name, shape);
      else shapes.delete(name);
    }
    return shapes.has(name) ? name : undefined;
  };
  const inputs: Record<string, string> = {};
  for (const operation of operations) {
    const found = model.operations[operation];
    if (!found) throw new Error(`${source} does not know the operation ${operation}`);
    inputs[operation] = (found.input && add(found.input.shape)) ?? '';
  }
  const used = [...shapes].filter((entry): entry is [string, Shape] => entry[1] !== undefined);
  return {
    source,
    operations: inputs,
    shapes: Object.fromEntries(used.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Undefined for a shape that demands nothing. */
function compact(shape: ModelShape, add: (name: string) => string | undefined): Shape | undefined {
  const { type, min, max, pattern } = shape;
  const bounds = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
  if (type === 'structure') {
    const members = Object.entries(shape.members ?? {}).flatMap(([name, member]) => {
      const found = add(member.shape);
      return found ? [[name, found] as const] : [];
    });
    const { required } = shape;
    if (members.length === 0 && !required?.length) return undefined;
    return {
      type: 'structure',
      ...(required?.length && { required }),
      ...(members.length > 0 && { members: Object.fromEntries(members) }),
    };
  }
  if (type === 'list' || type === 'map') {
    const key = shape.key && add(shape.key.shape);
    const value = add((shape.member ?? shape.value)?.shape as string);
    const demands = { ...(key && { key }), ...(value && { value }), ...bounds };
    return Object.keys(demands).length > 0 ? { type, ...demands } : undefined;
  }
  const demands = { ...bounds, ...(pattern && { pattern }), ...(shape.enum && { enum: shape.enum }) };
  if (Object.keys(demands).length === 0) return undefined;
  return { type: type === 'string' || type === 'blob' ? type : 'number', ...demands };
}

/** The newest model of each service, by botocore's folder, out of the package at PyPI. */
function downloadModels(): Map<string, { source: string; model: ServiceModel }> {
  const folder = mkdtempSync(join(tmpdir(), 'botocore-'));
  try {
    const wanted = `botocore==${MODEL_VERSION}`;
    execFileSync('pip', ['download', '--quiet', '--no-deps', '--dest', folder, wanted], { stdio: 'inherit' });
    const [wheel] = readdirSync(folder);
    const files = unzipSync(readFileSync(join(folder, wheel as string)), {
      filter: ({ name }) => name.endsWith('/service-2.json.gz'),
    });
    const models = new Map<string, { source: string; model: ServiceModel }>();
    for (const path of Object.keys(files).sort()) {
      const [, , service = '', version] = path.split('/');
      const model = JSON.parse(gunzipSync(files[path] as Uint8Array).toString()) as ServiceModel;
      models.set(service, { source: `botocore ${MODEL_VERSION}, ${service} ${version}`, model });
    }
    return models;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One line a shape, so that a newer version shows what it changes. */
function text({ source, operations, shapes }: Constraints): string {
  const lines = (entries: object) =>
    Object.entries(entries)
      .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
      .join(',\n');
  return `{"source":${JSON.stringify(source)},\n"operations":{\n${lines(operations)}},\n"shapes":{\n${lines(shapes)}}}\n`;
}

/** Writes the constraints of every operation that the local cloud implements. */
if (require.main === module) {
  const folder = join(__dirname, '..', '..', 'local', 'gateway', 'constraints');
  mkdirSync(folder, { recursive: true });
  const models = downloadModels();
  for (const { name, operations } of new LocalCloud().services.values()) {
    const found = models.get(FOLDERS[name] ?? name);
    if (!found) throw new Error(`botocore has no model of ${name}`);
    const constraints = constraintsOf(found.model, found.source, Object.keys(operations).sort());
    writeFileSync(join(folder, `${name}.json`), text(constraints));
  }
}
