import type { ApiSecurity } from '../../../contracts/functions/http';
import type { ModelSignature, SignatureInput, SignatureOutput } from '../../../contracts/model-signature';
import { aboutRoutes, describedSecurity } from './api-routes';

/** A JSON Schema, of the draft 2020-12 that OpenAPI 3.1 has. */
type JsonSchema = { readonly [keyword: string]: unknown };

export interface DescribedModel {
  readonly title: string;
  readonly modelVersion: string;
  readonly signature: ModelSignature;
  /** Of the requests that ask for predictions. @default '/' */
  readonly path?: string;
  /**
   * Of an HTTP API, which has `POST /predictions` and routes that tell of the version.
   * @default - a function alone
   */
  readonly security?: ApiSecurity;
}

/**
 * The HTTP API of the function that serves a model, behind a function URL or an API Gateway, as a document of
 * OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html).
 */
export function openApiDocument({ title, modelVersion, signature, ...described }: DescribedModel): object {
  const { security: identified, path = identified ? '/predictions' : '/' } = described;
  const body = (schema: JsonSchema) => ({ 'application/json': { schema } });
  const problem = (description: string) => ({
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  const { security, securitySchemes } = identified ? describedSecurity(identified) : {};
  return {
    openapi: '3.1.1',
    info: { title, version: modelVersion },
    ...(security && { security }),
    paths: {
      [path]: {
        post: {
          operationId: 'predict',
          summary: 'Answers each row with a prediction',
          requestBody: { required: true, content: body(requestSchema(signature.inputs)) },
          responses: {
            200: {
              description: 'One prediction for each row',
              headers: WARNINGS,
              content: body(answerSchema(signature.outputs)),
            },
            400: problem('Rows do not fit the model, or the body is no JSON'),
            415: problem('The body is of another content type'),
          },
        },
      },
      ...(identified && aboutRoutes(problem)),
    },
    components: {
      ...(securitySchemes && { securitySchemes }),
      schemas: { Row: rowSchema(signature.inputs), Cells: cellsSchema(signature.inputs), Problem: PROBLEM },
    },
  };
}

/** Problem details of RFC 9457. */
const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    field: { type: 'string', description: 'What is at fault, such as rows[0].age' },
  },
};

const WARNINGS = {
  'Model-Out-Of-Range': {
    description: 'Numbers beyond those of the training data, such as "age";row=3, "income";row=7',
    schema: { type: 'string' },
  },
  'Model-Out-Of-Range-Count': {
    description: 'How many numbers are beyond those of the training data, if any are',
    schema: { type: 'integer' },
  },
};

const ROW = { $ref: '#/components/schemas/Row' };
const CELLS = { $ref: '#/components/schemas/Cells' };

/** Rows by column, rows of cells in order, or a list for each column. */
function requestSchema(inputs: readonly SignatureInput[]): JsonSchema {
  const inferenceId = {
    type: 'string',
    description: 'Requests with the same id are answered by the same version; labels refer to it',
  };
  const rows = { type: 'array', minItems: 1, items: { anyOf: [ROW, CELLS] } };
  const columns = named(inputs, (input) => ({ type: 'array', minItems: 1, items: cellSchema(input) }));
  const form = (name: string, schema: JsonSchema) => ({
    type: 'object',
    required: [name],
    properties: { [name]: schema, inferenceId },
  });
  return { anyOf: [form('rows', rows), form('instances', rows), form('inputs', columns)] };
}

function rowSchema(inputs: readonly SignatureInput[]): JsonSchema {
  return named(inputs, cellSchema);
}

function named(
  inputs: readonly SignatureInput[],
  schemaOf: (input: SignatureInput) => JsonSchema,
): JsonSchema {
  return {
    type: 'object',
    required: inputs.filter(({ optional }) => !optional).map(({ name }) => name),
    properties: Object.fromEntries(inputs.map((input) => [input.name, schemaOf(input)])),
    additionalProperties: false,
  };
}

function cellsSchema(inputs: readonly SignatureInput[]): JsonSchema {
  const count = inputs.length;
  return { type: 'array', prefixItems: inputs.map(cellSchema), minItems: count, maxItems: count };
}

function cellSchema(input: SignatureInput): JsonSchema {
  const { type, optional, range, categories, shape = [] } = input;
  if (type === 'tensor') return { ...tensorSchema(shape), description: `A tensor of ${shape.join(' x ')}` };
  const types = TYPES[type];
  return {
    type: optional ? [...types, 'null'] : types.length === 1 ? types[0] : types,
    ...(range && { description: `${range.minimum} to ${range.maximum} in the training data` }),
    // Not an enumeration: the model decides what becomes of others.
    ...(categories && { examples: categories.slice(0, MOST_EXAMPLES) }),
    ...(categories && { description: `One of ${categories.length} categories of the training data` }),
  };
}

const MOST_EXAMPLES = 10;

const TYPES: Readonly<Record<Exclude<SignatureInput['type'], 'tensor'>, readonly string[]>> = {
  number: ['number'],
  integer: ['integer'],
  boolean: ['boolean'],
  category: ['string'],
  text: ['string'],
  date: ['string', 'number'],
};

function tensorSchema([size, ...inner]: readonly number[]): JsonSchema {
  if (size === undefined) return { type: 'number' };
  const fixed = size >= 0 && { minItems: size, maxItems: size };
  return { type: 'array', ...fixed, items: tensorSchema(inner) };
}

function answerSchema([prediction, ...others]: readonly SignatureOutput[]): JsonSchema {
  const text = { type: 'string' };
  const list = (items: JsonSchema) => ({ type: 'array', items });
  const numbers = list({ type: 'number' });
  const ofSeveral = prediction?.type === 'probabilities';
  const classes = prediction?.classes ?? [];
  const label = { type: ['string', 'number'], ...(classes.length > 0 && { enum: [...classes] }) };
  const outputs = Object.fromEntries(
    others.map(({ name, type }) => [name, list(type === 'numbers' ? numbers : { type: 'number' })]),
  );
  return {
    type: 'object',
    required: ['predictions', 'modelVersion', 'variant'],
    properties: {
      predictions: {
        ...list(predictionSchema(prediction, label)),
        description: DESCRIPTIONS[prediction?.type ?? 'number'],
      },
      ...(ofSeveral && { probabilities: list(numbers), classes: list(label) }),
      ...(others.length > 0 && { outputs: { type: 'object', properties: outputs } }),
      modelVersion: text,
      variant: text,
    },
  };
}

/** Of several classes the label, or the probabilities if the model does not tell labels. */
function predictionSchema(output: SignatureOutput | undefined, label: JsonSchema): JsonSchema {
  const numbers = { type: 'array', items: { type: 'number' } };
  if (output?.type === 'probabilities') return { anyOf: [label, numbers] };
  return output?.type === 'numbers' ? numbers : { type: 'number' };
}

const DESCRIPTIONS: Readonly<Record<SignatureOutput['type'], string>> = {
  probability: 'The probability of class 1 for each row',
  probabilities: 'The most likely class for each row',
  number: 'The value for each row',
  numbers: 'The values for each row',
};
