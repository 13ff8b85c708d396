import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { NormalizedSchema } from '@smithy/core/schema';
import {
  InputScope,
  KEPT_AS_GIVEN,
  implementedMembers as membersIn,
} from '../../../local/gateway/implemented-inputs';
import { SdkModel } from '../../../local/gateway/sdk-model';
import type { Service } from '../../../local/gateway/service';
import { LocalCloud } from '../../../local/local-cloud';

const SERVICES = join(__dirname, '../../../local/services');

/**
 * Where a service's sources are, if not in a folder of its name; one that only hands on has another's, too.
 */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  events: ['eventbridge'],
  monitoring: ['cloudwatch'],
  states: ['stepfunctions'],
  'sagemaker-runtime': ['sagemaker-runtime', 'sagemaker'],
  apigateway: ['apigateway', 'lambda-proxy'],
  lambda: ['lambda', 'lambda-proxy'],
};

describe('members of inputs', () => {
  const cloud = new LocalCloud({ clock: { rate: 0 } });
  beforeAll(() => cloud.start());
  afterAll(() => cloud.stop());
  const services = () => [...cloud.services.values()];

  const refusal = (service: string, operation: string, input: object) =>
    cloud.call(service, operation, input, cloud.administrator).then(
      () => undefined,
      ({ message }: Error) => message,
    );

  test('are listed for each operation and each structure within, and nothing else is', () => {
    for (const service of services()) {
      const shapes = reachable(service);
      expect([service.name, Object.keys(service.implementedInputs).sort()]).toEqual([
        service.name,
        [...shapes.keys()].sort(),
      ]);
      for (const [name, schema] of shapes) {
        const known = [...membersOf(schema).keys()];
        for (const member of implementedMembers(service.implementedInputs[name] as string))
          expect(known).toContain(member.name);
      }
    }
  });

  test('that are listed occur in the code of their service', () => {
    const forgotten: string[] = [];
    for (const service of services()) {
      const words = identifiers(service.name);
      for (const [shape, text] of Object.entries(service.implementedInputs)) {
        for (const { name, values, hasEffect } of implementedMembers(text)) {
          // Of one with a single value, or of a switch that stays off, there is nothing to read.
          if (hasEffect && !values && !words.has(name)) forgotten.push(`${service.name}:${shape}.${name}`);
        }
      }
    }
    expect(forgotten).toEqual([]);
  });

  test('that are not listed are refused by name, of every operation and at any depth', () => {
    let count = 0;
    for (const service of services()) {
      const scope = new InputScope(service.implementedInputs);
      const model = SdkModel.of(service.sdk);
      for (const name of Object.keys(service.operations)) {
        const operation = model.operations.get(name);
        if (!operation) throw new Error(`the SDK has no ${name}`);
        for (const { place, member, input } of unlisted(service, name, operation.input, [])) {
          const what = place.length > 0 ? `${member} of ${place.join('.')}` : member;
          expect(() => scope.refuseUnimplemented(operation, input as object)).toThrow(
            `the local cloud does not implement ${what} of ${name}`,
          );
          count++;
        }
      }
    }
    expect(count).toBeGreaterThan(500);
  });

  test('that are accepted without effect are those that the guide gives a reason for', () => {
    const guide = readFileSync(join(__dirname, '../../../docs/guides/local-cloud.md'), 'utf8');
    const [, section = ''] = guide.split('## Accepted without effect');
    const table = section.split('\n## ')[0] as string;
    const told = new Set([...table.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    const accepted = new Set(
      services().flatMap((service) =>
        Object.values(service.implementedInputs).flatMap((text) =>
          implementedMembers(text)
            .filter(({ hasEffect }) => !hasEffect)
            .map(({ name }) => `${service.name}: ${name}`),
        ),
      ),
    );
    expect([...told].sort()).toEqual([...accepted].sort());
  });

  test.each([
    [
      's3',
      'PutObject',
      { Bucket: 'b', Key: 'k', StorageClass: 'STANDARD_IA' },
      'StorageClass STANDARD_IA (only STANDARD)',
    ],
    ['s3', 'PutObject', { Bucket: 'b', Key: 'k', SSECustomerAlgorithm: 'AES256' }, 'SSECustomerAlgorithm'],
    [
      's3',
      'PutObject',
      { Bucket: 'b', Key: 'k', ACL: 'public-read' },
      'ACL public-read (only private, bucket-owner-full-control)',
    ],
    [
      's3',
      'CopyObject',
      { Bucket: 'b', Key: 'k', CopySource: 'b/a', CopySourceIfMatch: 'e' },
      'CopySourceIfMatch',
    ],
    [
      'monitoring',
      'PutMetricAlarm',
      {
        AlarmName: 'a',
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        Metrics: [{ Id: 'm', AccountId: '1' }],
      },
      'AccountId of Metrics.1',
    ],
  ])('%s:%s %j is refused', async (service, operation, input, what) => {
    expect(await refusal(service, operation, input)).toBe(
      `the local cloud does not implement ${what} of ${operation}`,
    );
  });

  test('that ask for nothing are taken: SDKs write empty lists where nothing was given', async () => {
    const input = { EndpointConfigName: 'c', ProductionVariants: [], AsyncInferenceConfig: {} };
    expect(await refusal('sagemaker', 'CreateEndpointConfig', input)).not.toContain('AsyncInferenceConfig');
  });

  /** Structures by name that can be reached by listed members. */
  function reachable(service: Service): Map<string, NormalizedSchema> {
    const model = SdkModel.of(service.sdk);
    const found = new Map<string, NormalizedSchema>();
    const walk = (name: string, schema: NormalizedSchema) => {
      if (found.has(name)) return;
      found.set(name, schema);
      const members = membersOf(schema);
      for (const { name: member, values, hasEffect } of implementedMembers(
        service.implementedInputs[name] ?? '',
      )) {
        const inside = hasEffect && !values ? structureIn(members.get(member)) : undefined;
        if (inside) walk(inside.getName() as string, inside);
      }
    };
    for (const name of Object.keys(service.operations)) {
      const { input } = model.operations.get(name) ?? {};
      if (input) walk(name, input);
    }
    return found;
  }

  function* unlisted(
    service: Service,
    name: string,
    schema: NormalizedSchema,
    within: readonly string[],
  ): Generator<{ place: string[]; member: string; input: unknown }> {
    if (within.includes(name) || service.implementedInputs[name] === KEPT_AS_GIVEN) return;
    const listed = new Map(
      implementedMembers(service.implementedInputs[name] as string).map((member) => [member.name, member]),
    );
    for (const [member, target] of membersOf(schema)) {
      const implemented = listed.get(member);
      if (!implemented) {
        yield { place: [], member, input: { [member]: 'x' } };
        continue;
      }
      const inside = implemented.hasEffect && !implemented.values ? structureIn(target) : undefined;
      if (!inside) continue;
      const nested = unlisted(service, inside.getName() as string, inside, [...within, name]);
      for (const { place, member: unknown, input } of nested) {
        const { steps, value } = wrapped(target, input);
        yield { place: [member, ...steps, ...place], member: unknown, input: { [member]: value } };
      }
    }
  }
});

function implementedMembers(text: string) {
  return text === KEPT_AS_GIVEN ? [] : membersIn(text);
}

function membersOf(schema: NormalizedSchema): Map<string, NormalizedSchema> {
  return new Map(schema.isStructSchema() && !schema.isUnitSchema() ? [...schema.structIterator()] : []);
}

function structureIn(schema: NormalizedSchema | undefined): NormalizedSchema | undefined {
  if (!schema || schema.isDocumentSchema()) return undefined;
  if (schema.isListSchema() || schema.isMapSchema()) return structureIn(schema.getValueSchema());
  return schema.isStructSchema() && !schema.isUnitSchema() ? schema : undefined;
}

/** A structure in as many lists and maps as there are around it. */
function wrapped(schema: NormalizedSchema, structure: unknown): { steps: string[]; value: unknown } {
  if (!schema.isListSchema() && !schema.isMapSchema()) return { steps: [], value: structure };
  const { steps, value } = wrapped(schema.getValueSchema(), structure);
  return schema.isListSchema()
    ? { steps: ['1', ...steps], value: [value] }
    : { steps: ['k', ...steps], value: { k: value } };
}

/** Every word of a service's code, its list of inputs aside. */
function identifiers(service: string): Set<string> {
  const words = new Set<string>();
  const folders = (FOLDERS[service] ?? [service]).flatMap((folder) =>
    readdirSync(join(SERVICES, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(folder, file),
    ),
  );
  for (const file of [...folders, ...readdirSync(SERVICES)]) {
    if (!file.endsWith('.ts') || basename(file) === 'inputs.ts') continue;
    const text = readFileSync(join(SERVICES, file), 'utf8');
    for (const word of text.match(/[A-Za-z_]\w*/g) ?? []) words.add(word);
  }
  return words;
}
