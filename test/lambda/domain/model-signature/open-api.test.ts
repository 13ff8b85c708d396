import * as z from 'zod';
import type { ApiSecurity } from '../../../../contracts/functions/http';
import type { ModelSignature } from '../../../../contracts/model-signature';
import { inferSignature } from '../../../../lambda/domain/model-signature/infer-signature';
import { openApiDocument } from '../../../../lambda/domain/model-signature/open-api';
import { servedGraph } from '../../../../lambda/domain/onnx/served-graph';
import reference from '../../../reference/onnx-graphs.json';

type Served = keyof typeof reference.served;

const graph = (name: Served) => servedGraph(Buffer.from(reference.served[name].onnx, 'base64'));

/** The document of a signature, and what its JSON Schemas take. */
function described(signature: ModelSignature) {
  // biome-ignore lint/suspicious/noExplicitAny: read as a client reads it.
  const document: any = openApiDocument({ title: 'churn', modelVersion: '1.2.0', signature });
  const { schemas } = document.components;
  const resolved = (schema: unknown) =>
    JSON.parse(JSON.stringify(schema), (_, value) => {
      const name = /^#\/components\/schemas\/(\w+)$/.exec(value?.$ref ?? '')?.[1];
      return name === undefined ? value : schemas[name];
    });
  const taker = ({ content }: { content: object }) => {
    const schema = z.fromJSONSchema(resolved(Object.values(content)[0].schema));
    return (value: unknown) => schema.safeParse(value).success;
  };
  const { requestBody, responses } = document.paths['/'].post;
  return { document, takes: taker(requestBody), answers: taker(responses[200]) };
}

const ENCODERS: Served = 'a pipeline with encoders and imputers, an input for each column';

describe('the OpenAPI document of a signature', () => {
  const signature = inferSignature({
    features: {},
    label: 'left',
    problem: { type: 'binary' },
    graph: graph(ENCODERS),
  });
  const inputs = signature.inputs.map((input) => ({ ...input, optional: input.name === 'age' }));
  const { document, takes, answers } = described({ ...signature, inputs });
  const { rows, predictions } = reference.served[ENCODERS];

  test('is of OpenAPI 3.1, and has the version of the model', () => {
    expect(document).toMatchObject({ openapi: '3.1.1', info: { title: 'churn', version: '1.2.0' } });
  });

  test.each<[string, ApiSecurity, object]>([
    [
      'an issuer, with one of its scopes',
      { kind: 'jwt', issuer: 'https://login.example.com/', scopes: ['read', 'predict'] },
      {
        security: [{ token: ['read'] }, { token: ['predict'] }],
        components: {
          securitySchemes: {
            token: {
              type: 'openIdConnect',
              openIdConnectUrl: 'https://login.example.com/.well-known/openid-configuration',
            },
          },
        },
      },
    ],
    ['an issuer', { kind: 'jwt', issuer: 'https://login.example.com' }, { security: [{ token: [] }] }],
    [
      'a function, by a header, a parameter and the address',
      {
        kind: 'lambda',
        identitySource: ['$request.header.X-Shop', '$request.querystring.shop', '$context.identity.sourceIp'],
      },
      {
        security: [{ 'X-Shop': [], shop: [] }],
        components: {
          securitySchemes: {
            'X-Shop': { type: 'apiKey', name: 'X-Shop', in: 'header' },
            shop: { type: 'apiKey', name: 'shop', in: 'query' },
          },
        },
      },
    ],
    ['nobody', { kind: 'none' }, { security: [] }],
  ])('says that callers of an API are let in by %s', (_title, security, expected) => {
    const api = openApiDocument({ title: 'churn', modelVersion: '1.2.0', signature, security });
    expect(api).toMatchObject({ ...expected, paths: { '/predictions': {}, '/health': {} } });
    expect(document).not.toHaveProperty('security');
    expect(Object.keys(document.paths)).toEqual(['/']);
  });

  test('takes the requests that the function takes', () => {
    const byName = { country: 'DE', plan: 'pro', age: null, visits: 3 };
    expect(takes({ rows })).toBe(true);
    expect(takes({ instances: [byName], inferenceId: 'order-1' })).toBe(true);
    expect(takes({ rows: [{ country: 'DE', plan: 'pro', visits: 3 }] })).toBe(true);
    expect(takes({ inputs: { country: ['DE'], plan: ['pro'], age: [1.5], visits: [3] } })).toBe(true);
  });

  test.each([
    ['no rows', { inferenceId: 'order-1' }],
    ['an empty list', { rows: [] }],
    ['a cell too few', { rows: [['DE', 'pro', 1]] }],
    ['a fraction for a whole number', { rows: [['DE', 'pro', 1, 1.5]] }],
    ['nothing in a column that is never empty', { rows: [[null, 'pro', 1, 1]] }],
    ['a column too few', { rows: [{ country: 'DE', plan: 'pro' }] }],
    ['a column of another name', { rows: [{ country: 'DE', plan: 'pro', visits: 1, calls: 1 }] }],
  ])('refuses %s', (_, request) => {
    expect(takes(request)).toBe(false);
  });

  test('describes the answers of the function', () => {
    const origin = { modelVersion: '1.2.0', variant: 'blue' };
    expect(answers({ predictions, ...origin })).toBe(true);
    expect(answers({ predictions })).toBe(false);
    expect(answers({ predictions: ['DE'], ...origin })).toBe(false);
  });

  test('describes several classes, further outputs and tensors', () => {
    const origin = { modelVersion: '1.2.0', variant: 'blue' };
    const ofClasses: Served = 'a classifier of three named classes, zipmap a list of dictionaries';
    const problem = { type: 'multiClass', classes: 3 } as const;
    const classes = described(inferSignature({ features: {}, problem, graph: graph(ofClasses) }));
    const { onnx, rows: _, ...answer } = reference.served[ofClasses];
    expect(classes.answers({ ...answer, ...origin })).toBe(true);
    expect(classes.answers({ ...answer, predictions: ['gold'], ...origin })).toBe(false);

    const several: Served = 'two outputs, a mean and its deviation';
    const two = described(
      inferSignature({ features: {}, problem: { type: 'regression' }, graph: graph(several) }),
    );
    expect(two.answers({ predictions: [1], outputs: { GPcovstd: [[0.1]] }, ...origin })).toBe(true);
    expect(two.answers({ predictions: [1], outputs: { GPcovstd: 'x' }, ...origin })).toBe(false);

    const image = described(
      inferSignature({ features: {}, problem: { type: 'regression' }, graph: graph('an image') }),
    );
    expect(image.takes({ rows: reference.served['an image'].rows })).toBe(true);
    expect(image.takes({ rows: [{ image: [[1]] }] })).toBe(false);
  });
});
