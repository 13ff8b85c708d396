// Records what AWS's TensorFlow inference images make of requests, by the JavaScript that their nginx runs:
//   node test/reference/tensorflow-front.mjs <until-2.19> <2.20> > test/reference/tensorflow-front.json
// <until-2.19>: docker/build_artifacts/sagemaker/tensorflowServing.js of aws/sagemaker-tensorflow-serving-container
//   at da19256, the same as in tensorflow/inference/docker/build_artifacts of aws/deep-learning-containers
// <2.20>: scripts/docker/tensorflow/inference/sagemaker/tensorflowServing.js of aws/deep-learning-containers
//   at e0ecedea
// both copied to a name that ends in .mjs.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const REPLIES = {
  good: { status: 200, text: '{\n    "predictions": [[0.5]\n    ]\n}' },
  bad: { status: 400, text: '{\n    "error": "no"\n}' },
};
const CSV = [
  '1,2,3',
  '1,2,3\n4,5,6\n',
  '1,,3\n',
  'a,b,c\n1,2,3\n',
  'one\ntwo\n',
  '7\n8\n',
  '"x, y",2\n"a ""b""",3\n',
  ' 1 , 2\r\n\r\n3,4',
  '-1.5e3,007,+2',
  '',
];
const JSON_BODIES = [
  '{"instances": [[1, 2]]}',
  '{"inputs": [1]}',
  '{"examples": []}',
  '[1, 2, 3]',
  '[[1, 2], [3, 4]]',
  '1',
  '[1, 2]\n[3, 4]\n',
  '{"a": 1}\n\n{"a": 2}',
  '{"a": 1} {"a": 2}',
  '{"a": [1, 2]}',
  '',
  'é',
];
const ATTRIBUTES = [
  'tfs-model-name=other',
  'tfs-model-version=2,tfs-method=regress',
  'note=1',
  'tfs-method=train',
  'tfs-model-version=../2',
  'tfs-model-name=a/b',
];
const cases = [
  ...CSV.map((body) => ({ body, contentType: 'text/csv' })),
  ...JSON_BODIES.map((body) => ({ body, contentType: 'application/json' })),
  ...[
    'application/jsonlines',
    'application/jsons',
    'text/csv; charset=utf-8',
    'TEXT/CSV',
    'image/png',
    undefined,
  ].map((contentType) => ({ body: '[1, 2]', contentType })),
  ...['application/json', 'application/jsonlines', 'text/csv', '*/*', 'text/csv, application/json'].map(
    (accept) => ({ body: '[1]', contentType: 'application/json', accept }),
  ),
  { body: '[1]', contentType: 'application/json', accept: 'application/json', reply: 'bad' },
  ...ATTRIBUTES.map((attributes) => ({ body: '[1]', contentType: 'application/json', attributes })),
];

const images = {};
for (const [at, version] of ['2.19', '2.20'].entries()) {
  const { default: published } = await import(pathToFileURL(resolve(process.argv[2 + at])));
  images[version] = cases.map((each) => ({ ...each, ...recorded(published, each) }));
}
process.stdout.write(`${JSON.stringify({ replies: REPLIES, images }, null, 1)}\n`);

function recorded(published, { body, contentType, accept, attributes, reply = 'good' }) {
  const result = {};
  const request = {
    headersIn: {
      'Content-Type': contentType,
      Accept: accept,
      'X-Amzn-SageMaker-Custom-Attributes': attributes,
    },
    // nginx's `default_type`.
    headersOut: { 'Content-Type': 'application/json' },
    requestBody: body,
    requestText: body,
    variables: { default_tfs_model: 'model' },
    // njs answers a search without matches by an empty list, where Node.js answers null.
    uri: { match: () => [] },
    subrequest: (uri, options, callback) => {
      const { status, text } = REPLIES[reply];
      result.sent = { path: uri.replace('/tfs', ''), body: options.body };
      callback({ status, responseBody: text, responseText: text });
    },
    return: (status, text) => {
      result.answer = { status, contentType: request.headersOut['Content-Type'], body: text };
    },
  };
  published.invocations(request);
  return result;
}
