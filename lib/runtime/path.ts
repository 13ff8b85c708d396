declare const isPath: unique symbol;

/** A path in JSONata; as text it is such as `$plan.champion`. */
export interface AnyPath {
  readonly [isPath]: true;
  toString(): string;
}

/** The path of a value of type `T`, with the paths of its fields, or of a list's items. */
export type Path<T> = AnyPath & Parts<NonNullable<T>>;

type Parts<T> = T extends readonly (infer Item)[]
  ? {
      /** @param index in JSONata */
      at(index: number | string): Path<Item>;
      /** The items: JSONata's path of a field is then the list of it. */
      readonly each: Path<Item>;
    }
  : T extends object
    ? { readonly [Field in keyof T]-?: Path<T[Field]> }
    : unknown;

/**
 * The path of a value that is at `root`, such as `$plan`: the compiler refuses fields that the value does not
 * have.
 */
export function path<T>(root: string): Path<T> {
  const parts: Readonly<Record<string | symbol, unknown>> = {
    [Symbol.toPrimitive]: () => root,
    toString: () => root,
    at: (index: number | string) => path(`${root}[${index}]`),
    get each() {
      return path(root);
    },
  };
  const part = (_: object, field: string | symbol) => parts[field] ?? path(`${root}.${String(field)}`);
  return new Proxy({}, { get: part }) as Path<T>;
}
