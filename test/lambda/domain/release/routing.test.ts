import {
  emptyRouting,
  formatRouting,
  parseRouting,
  type RoutingDocument,
} from '../../../../lambda/domain/release/routing';

const PRODUCTION: RoutingDocument['production'] = {
  modelVersion: '1.2.0',
  variant: 'blue',
  modelName: 'flights-1-2-0-abc',
  endpointConfigName: 'flights-1-2-0-def',
  modelPackageArn: 'arn:aws:sagemaker:us-east-1:123456789012:model-package/flights/3',
  since: '2026-11-24T05:00:00Z',
  ledgerSequence: 7,
};
const CANDIDATE: RoutingDocument['candidate'] = {
  modelVersion: '1.3.0',
  variant: 'green',
  releaseId: 'release-1',
  since: '2026-11-24T10:00:00Z',
  reason: 'new data',
  trafficShares: [0.1, 1],
  trafficShare: 0.1,
  trafficSince: '2026-11-24T10:05:00.000Z',
  modelName: 'flights-1-3-0-abc',
  endpointConfigName: 'flights-1-3-0-def',
};

test('a fresh document says that nothing is in production', () => {
  const document = parseRouting(formatRouting(emptyRouting('flights')));
  expect(document).toEqual({ version: 1, endpointName: 'flights' });
});

test('a full document survives writing and reading', () => {
  const document: RoutingDocument = {
    ...emptyRouting('flights'),
    production: PRODUCTION,
    candidate: CANDIDATE,
  };
  expect(parseRouting(formatRouting(document))).toEqual(document);
});

test('a document that is not JSON is refused with its beginning', () => {
  expect(() => parseRouting('<html>')).toThrow("routing document is not JSON: it begins with '<html>'");
});

test('each field at fault is named', () => {
  const text = JSON.stringify({
    ...emptyRouting('flights'),
    production: { ...PRODUCTION, modelVersion: 'v1', variant: 'no name', ledgerSequence: 0 },
  });
  expect(() => parseRouting(text)).toThrow(
    /production\.modelVersion: expected a match of .*, got "v1"; production\.variant: expected a match of .*, got "no name"; production\.ledgerSequence: expected .* above 0, got 0$/,
  );
});

test('a misspelt field does not read as nothing in production', () => {
  const text = JSON.stringify({ ...emptyRouting('flights'), prodution: PRODUCTION });
  expect(() => parseRouting(text)).toThrow("unknown field 'prodution'");
});

test('a document of another format version is refused', () => {
  expect(() => parseRouting('{"version":2,"endpointName":"flights"}')).toThrow('version: expected 1, got 2');
});

test('candidate and production cannot be one model', () => {
  const { modelName } = PRODUCTION;
  const document = {
    ...emptyRouting('flights'),
    production: PRODUCTION,
    candidate: { ...CANDIDATE, modelName },
  };
  expect(() => formatRouting(document)).toThrow(`'${modelName}' is the model in production`);
});

test('a shadow and production cannot share a variant', () => {
  const { modelVersion, modelName } = CANDIDATE;
  const shadow = {
    modelVersion,
    modelName,
    endpointConfigName: 'shadow-config',
    variant: PRODUCTION.variant,
  };
  const document = { ...emptyRouting('flights'), production: PRODUCTION, shadow };
  expect(() => formatRouting(document)).toThrow("shadow.variant: 'blue' is the variant in production");
});

test('a document larger than an SSM parameter is refused in bytes, not characters', () => {
  expect(Buffer.byteLength(formatRouting(emptyRouting('x'.repeat(4065))))).toBe(4096);
  expect(() => formatRouting(emptyRouting('é'.repeat(2033)))).toThrow('has 4097 bytes');
});
