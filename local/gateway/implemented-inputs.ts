import type { NormalizedSchema } from '@smithy/core/schema';
import { NotImplementedError } from './aws-error';
import type { OperationModel } from './sdk-model';

/**
 * The members of inputs that a service's implementation reads, by the name of the operation or, for what is
 * within, of the SDK's shape. Any other member is refused by name. Three forms: `Name` in general,
 * `Tier=Standard|Advanced` with these values only, and `(Tags)` accepted without effect, which
 * `docs/guides/local-cloud.md` gives the reason for. A shape with `*` is kept and described again as it is
 * given, with all that is in it.
 */
export type ImplementedInputs = Readonly<Record<string, string>>;

export const KEPT_AS_GIVEN = '*';

export interface ImplementedMember {
  readonly name: string;
  /** Values that are implemented. @default all */
  readonly values?: readonly string[];
  readonly hasEffect: boolean;
}

/** Reads an entry of `ImplementedInputs`. */
export function implementedMembers(text: string): ImplementedMember[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [name = '', values] = word.replace(/^\(|\)$/g, '').split('=');
      return { name, hasEffect: !word.startsWith('('), ...(values && { values: values.split('|') }) };
    });
}

/** Of a member's value; `place` is where the member is, e.g. `Targets.1.Input`. */
type Check = (value: unknown, place: readonly string[]) => void;

/**
 * Refuses what one service does not implement; each operation's checks are compiled when it is first called.
 */
export class InputScope {
  private readonly checks = new Map<string, Check | undefined>();

  constructor(private readonly inputs: ImplementedInputs) {}

  /** @throws NotImplementedError that names the members that are given and not implemented */
  refuseUnimplemented({ name, input: schema }: OperationModel, input: object): void {
    if (!this.checks.has(name)) this.checks.set(name, this.structure(name, schema));
    try {
      this.checks.get(name)?.(input, []);
    } catch (error) {
      throw error instanceof Unimplemented ? new NotImplementedError(`${error.message} of ${name}`) : error;
    }
  }

  private structure(name: string, schema: NormalizedSchema): Check | undefined {
    if (!schema.isStructSchema() || schema.isUnitSchema() || this.inputs[name] === KEPT_AS_GIVEN)
      return undefined;
    const listed = implementedMembers(this.inputs[name] ?? '');
    const checks = new Map(listed.map((member) => [member.name, this.member(member, schema)]));
    return (structure, place) => {
      const given = Object.entries(structure as object).filter(([, value]) => !isAbsent(value));
      const unknown = given.filter(([member]) => !checks.has(member));
      if (unknown.length > 0) throw new Unimplemented(unknown.map(([member]) => member).join(', '), place);
      for (const [member, value] of given) checks.get(member)?.(value, [...place, member]);
    };
  }

  private member(
    { name, values, hasEffect }: ImplementedMember,
    schema: NormalizedSchema,
  ): Check | undefined {
    if (!values) return hasEffect ? this.value(schema.getMemberSchema(name)) : undefined;
    return (value, place) => {
      if (!values.includes(String(value)))
        throw new Unimplemented(`${name} ${value} (only ${values.join(', ')})`, place.slice(0, -1));
    };
  }

  private value(schema: NormalizedSchema): Check | undefined {
    if (schema.isDocumentSchema()) return undefined;
    if (schema.isListSchema() || schema.isMapSchema()) {
      const check = this.value(schema.getValueSchema());
      return (
        check &&
        ((value, place) => {
          for (const [key, item] of Object.entries(value as object))
            if (!isAbsent(item)) check(item, [...place, position(value, key)]);
        })
      );
    }
    if (!schema.isStructSchema() || schema.isUnitSchema()) return undefined;
    const name = schema.getName() as string;
    if (!this.checks.has(name)) {
      // A shape may contain itself.
      this.checks.set(name, (...args) => this.checks.get(name)?.(...args));
      this.checks.set(name, this.structure(name, schema));
    }
    return this.checks.get(name);
  }
}

class Unimplemented extends Error {
  constructor(what: string, place: readonly string[]) {
    super(place.length > 0 ? `${what} of ${place.join('.')}` : what);
  }
}

/** What asks for nothing: SDKs write empty lists and maps where nothing was given. */
function isAbsent(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (value instanceof Uint8Array || value instanceof Date) return false;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** From 1, as AWS counts. */
function position(collection: unknown, key: string): string {
  return Array.isArray(collection) ? String(Number(key) + 1) : key;
}
