/**
 * `unknown` if a schema's output `Output` has each field of the contract `Contract`, also the optional ones,
 * which the compiler alone would let a schema forget; otherwise the names of those that are missing, which
 * nothing satisfies.
 */
export type Complete<Contract, Output> = [Missing<Contract, Output>] extends [never]
  ? unknown
  : { readonly fieldsMissingInSchema: Missing<Contract, Output> };

/** Names of fields of a contract that are missing. Of unions, those that all members share are compared. */
type Missing<Contract, Output> = Contract extends readonly (infer Item)[]
  ? Output extends readonly (infer OutputItem)[]
    ? Missing<Item, OutputItem>
    : never
  : Contract extends object
    ? {
        [Field in keyof Contract]-?: string extends Field
          ? never
          : Field extends NamedFieldOf<Output>
            ? Missing<NonNullable<Contract[Field]>, NonNullable<ValueOf<Output, Field>>>
            : Field;
      }[keyof Contract]
    : never;

/** Without an index signature, which has every name. */
type NamedFieldOf<Union> = Union extends unknown
  ? keyof { [Field in keyof Union as string extends Field ? never : Field]: never }
  : never;
type ValueOf<Union, Field extends PropertyKey> = Union extends
  | Readonly<Record<Field, infer Value>>
  | { readonly [F in Field]?: infer Value }
  ? Value
  : never;
