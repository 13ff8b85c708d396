import type * as z from 'zod/mini';
import type { Complete } from '../../contracts/complete';
import type { FunctionRequests, InvokedFunctionName } from '../../contracts/functions';

/**
 * The schema of a function's request, as it is given; the compiler checks that it accepts what the contract
 * allows, and knows each field of it. Of requests of several kinds, a schema may be that of some: those that
 * its field `kind` names.
 *
 * @param name of the function
 */
export function requestSchema<Name extends InvokedFunctionName, Schema extends z.ZodMiniType>(
  _name: Name,
  schema: Schema & Accepts<RequestOfKind<FunctionRequests[Name], z.input<Schema>>, z.input<Schema>>,
): Schema {
  return schema;
}

type RequestOfKind<Request, Input> = Input extends { readonly kind: infer Kind }
  ? Extract<Request, { readonly kind: Kind }>
  : Request;

type Accepts<Request, Input> = [Mutable<Request>] extends [Input]
  ? Complete<Request, Input>
  : { readonly requestNotAccepted: Mutable<Request> };

/** Schemas' arrays are not `readonly`. */
type Mutable<T> = T extends object ? { -readonly [Field in keyof T]: Mutable<T[Field]> } : T;
