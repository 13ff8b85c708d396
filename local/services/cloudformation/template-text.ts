import { type CollectionTag, parseDocument, type ScalarTag, YAMLMap, YAMLSeq } from 'yaml';
import { AwsError } from '../../gateway/aws-error';

const FUNCTIONS = [
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'GetAZs',
  'GetAtt',
  'If',
  'ImportValue',
  'Join',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
  'Transform',
];

/**
 * Reads JSON or YAML; short forms such as `!Ref` become the objects they stand for.
 *
 * @throws AwsError `ValidationError` with the position
 */
export function parseTemplateText(body: string): unknown {
  if (/^\s*\{/.test(body)) {
    try {
      return JSON.parse(body);
    } catch {
      // YAML flow style starts with a brace too.
    }
  }
  const document = parseDocument(body, { customTags: SHORT_FORMS });
  const [error] = [...document.errors, ...document.warnings];
  if (error) {
    const [{ line, col }] = error.linePos ?? [{ line: 1, col: 1 }];
    throw new AwsError(
      'ValidationError',
      `Template format error: YAML not well-formed. (line ${line}, column ${col})`,
    );
  }
  return document.toJS();
}

const SHORT_FORMS = [
  ...shortForm('!Ref', 'Ref'),
  ...shortForm('!Condition', 'Condition'),
  ...FUNCTIONS.flatMap((name) => shortForm(`!${name}`, `Fn::${name}`)),
];

function shortForm(tag: string, key: string): (ScalarTag | CollectionTag)[] {
  const wrap = (collection: unknown) => {
    const map = new YAMLMap();
    map.set(key, collection);
    return map;
  };
  return [
    { tag, resolve: (text: string) => ({ [key]: key === 'Fn::GetAtt' ? attributePath(text) : text }) },
    { tag, collection: 'seq', nodeClass: YAMLSeq, resolve: wrap },
    { tag, collection: 'map', nodeClass: YAMLMap, resolve: wrap },
  ];
}

function attributePath(text: string): [string, string] {
  const dot = text.indexOf('.');
  return dot < 0 ? [text, ''] : [text.slice(0, dot), text.slice(dot + 1)];
}
