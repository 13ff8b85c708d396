import { isDistributed, itemProcessor, type QueryLanguageName, type StateDefinition } from './definition';
import type { Diagnostics } from './diagnostics';
import { checkPath } from './expression-checks';

/** Fields that only distributed Map states have. */
const DISTRIBUTED_ONLY = [
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'Label',
  'ToleratedFailureCount',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentage',
  'ToleratedFailurePercentagePath',
] as const;

interface MapScope {
  readonly found: Diagnostics;
  readonly isExpress?: boolean | undefined;
}

/**
 * Checks the fields by which a Map state is distributed.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 * @see https://states-language.net/#map-state
 */
export function checkMap(
  state: StateDefinition,
  language: QueryLanguageName,
  location: string,
  { found, isExpress }: MapScope,
): void {
  const processor = itemProcessor(state);
  const field = state.ItemProcessor ? 'ItemProcessor' : 'Iterator';
  checkProcessorConfig(processor?.ProcessorConfig, `${location}/${field}/ProcessorConfig`, found);
  if (!isDistributed(processor)) {
    for (const name of DISTRIBUTED_ONLY)
      if (state[name] !== undefined)
        found.schema(`Field is only supported if ProcessorConfig/Mode is DISTRIBUTED`, `${location}/${name}`);
    return;
  }
  if (isExpress) found.schema('Express executions do not support distributed Map states', location);
  checkLabel(state.Label, `${location}/Label`, found);
  const at = (name: string) => ({ language, location: `${location}/${name}`, found });
  checkTolerance(state, at(''));
  if (state.ItemReader !== undefined) checkItemReader(state, at('ItemReader'));
  if (state.ItemBatcher !== undefined) checkItemBatcher(state.ItemBatcher, at('ItemBatcher'));
  if (state.ResultWriter !== undefined) checkResultWriter(state.ResultWriter, at('ResultWriter'));
}

interface Place {
  readonly language: QueryLanguageName;
  readonly location: string;
  readonly found: Diagnostics;
}

function checkProcessorConfig(config: object | undefined, location: string, found: Diagnostics): void {
  if (config === undefined) return;
  const { Mode = 'INLINE', ExecutionType } = config as { Mode?: unknown; ExecutionType?: unknown };
  checkFields(config, ['Mode', 'ExecutionType'], { location, found });
  oneOf(Mode, ['INLINE', 'DISTRIBUTED'], `${location}/Mode`, found);
  if (ExecutionType !== undefined)
    oneOf(ExecutionType, ['STANDARD', 'EXPRESS'], `${location}/ExecutionType`, found);
  else if (Mode === 'DISTRIBUTED') found.schema('These fields are required: [ExecutionType]', location);
}

/** Labels as LocalStack recorded on AWS (`test_map_state_label_invalid_char_fail` and its neighbours). */
function checkLabel(label: unknown, location: string, found: Diagnostics): void {
  if (label === undefined) return;
  if (typeof label !== 'string' || label === '') found.schema('Label cannot be empty', location);
  else if (label.length > 40) found.schema('Label cannot exceed 40 characters', location);
  else {
    const invalid = /[\s?*<>{}[\]:;,\\|^~$#%&`"\p{Cc}]/u.exec(label)?.[0];
    if (invalid !== undefined) found.schema(`Label contains invalid character: '${invalid}'`, location);
  }
}

function checkTolerance(state: StateDefinition, place: Place): void {
  const at = { ...place, location: place.location.replace(/\/$/, '') };
  checkNumber(state, 'ToleratedFailureCount', { least: 0 }, at);
  checkNumber(state, 'ToleratedFailurePercentage', { least: 0, most: 100 }, at);
}

const READERS: Readonly<Record<string, readonly string[]>> = {
  getObject: ['Bucket', 'Key', 'VersionId'],
  listObjectsV2: ['Bucket', 'Prefix'],
};

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html */
function checkItemReader(state: StateDefinition, place: Place): void {
  const { language, location, found } = place;
  const reader = state.ItemReader as NonNullable<StateDefinition['ItemReader']>;
  const source = language === 'JSONata' ? 'Arguments' : 'Parameters';
  checkFields(reader, ['Resource', 'ReaderConfig', source], place);
  if (state.ItemsPath !== undefined || state.Items !== undefined)
    found.notImplemented('Items or ItemsPath beside ItemReader', location);
  const action = /^arn:[\w-]+:states:::s3:(\w+)$/.exec(String(reader.Resource))?.[1] ?? '';
  const names = READERS[action];
  if (!names) {
    found.schema(
      `Value must be one of the following: [arn:aws:states:::s3:getObject, arn:aws:states:::s3:listObjectsV2]`,
      `${location}/Resource`,
    );
    return;
  }
  const required = action === 'getObject' ? ['Bucket', 'Key'] : ['Bucket'];
  checkS3Fields(
    reader[source],
    { supported: names, required },
    { ...place, location: `${location}/${source}` },
  );
  checkReaderConfig(reader.ReaderConfig ?? {}, action === 'getObject', {
    ...place,
    location: `${location}/ReaderConfig`,
  });
}

/** What AWS reads and the local cloud does not. */
const OTHER_READER_FIELDS = ['ManifestType', 'Transformation'];
const OTHER_INPUT_TYPES = ['MANIFEST', 'PARQUET'];

function checkReaderConfig(config: object, isFile: boolean, place: Place): void {
  const { location, found, language } = place;
  const given = config as Readonly<Record<string, unknown>>;
  for (const field of OTHER_READER_FIELDS)
    if (given[field] !== undefined && given[field] !== 'NONE')
      found.notImplemented(`${field} of ReaderConfig`, `${location}/${field}`);
  const csv = ['CSVHeaderLocation', 'CSVHeaders', 'CSVDelimiter'];
  const ofFile = isFile ? ['InputType', 'ItemsPointer', ...csv] : [];
  const path = language === 'JSONPath' ? ['MaxItemsPath'] : [];
  checkFields(config, ['MaxItems', ...path, ...ofFile, ...OTHER_READER_FIELDS], place);
  checkNumber(config, 'MaxItems', { least: 0, most: MOST_ITEMS }, place);
  if (!isFile) return;
  if (OTHER_INPUT_TYPES.includes(String(given.InputType))) {
    found.notImplemented(`${given.InputType} files`, `${location}/InputType`);
    return;
  }
  oneOf(given.InputType, ['CSV', 'JSON', 'JSONL'], `${location}/InputType`, found);
  if (given.ItemsPointer !== undefined && given.InputType !== 'JSON')
    found.schema('Field is only supported for InputType JSON', `${location}/ItemsPointer`);
  for (const field of csv)
    if (given[field] !== undefined && given.InputType !== 'CSV')
      found.schema('Field is only supported for InputType CSV', `${location}/${field}`);
  if (given.InputType !== 'CSV') return;
  oneOf(given.CSVHeaderLocation, ['FIRST_ROW', 'GIVEN'], `${location}/CSVHeaderLocation`, found);
  const delimiters = ['COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'];
  oneOf(given.CSVDelimiter ?? 'COMMA', delimiters, `${location}/CSVDelimiter`, found);
  if ((given.CSVHeaderLocation === 'GIVEN') !== Array.isArray(given.CSVHeaders))
    found.schema('CSVHeaders must be given if CSVHeaderLocation is GIVEN, and only then', location);
}

/** Items that a distributed Map state reads at most. */
export const MOST_ITEMS = 100_000_000;

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html */
function checkItemBatcher(batcher: object, place: Place): void {
  const limits = ['MaxItemsPerBatch', 'MaxInputBytesPerBatch'];
  const paths = place.language === 'JSONPath' ? limits.map((limit) => `${limit}Path`) : [];
  checkFields(batcher, ['BatchInput', ...limits, ...paths], place);
  if (![...limits, ...paths].some((field) => field in batcher))
    place.found.schema(`At least one of these fields is required: [${limits.join(', ')}]`, place.location);
  checkNumber(batcher, 'MaxItemsPerBatch', { least: 1 }, place);
  checkNumber(batcher, 'MaxInputBytesPerBatch', { least: 1, most: 262_144 }, place);
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html */
function checkResultWriter(writer: NonNullable<StateDefinition['ResultWriter']>, place: Place): void {
  const { language, location, found } = place;
  const source = language === 'JSONata' ? 'Arguments' : 'Parameters';
  checkFields(writer, ['Resource', 'WriterConfig', source], place);
  const { Resource, WriterConfig } = writer;
  if (WriterConfig === undefined && Resource === undefined)
    found.schema(`At least one of these fields is required: [WriterConfig, Resource]`, location);
  if (WriterConfig !== undefined) {
    const at = `${location}/WriterConfig`;
    checkFields(WriterConfig, ['Transformation', 'OutputType'], { location: at, found });
    const { Transformation = 'NONE', OutputType = 'JSON' } = WriterConfig;
    oneOf(Transformation, ['NONE', 'COMPACT', 'FLATTEN'], `${at}/Transformation`, found);
    oneOf(OutputType, ['JSON', 'JSONL'], `${at}/OutputType`, found);
  }
  if (Resource === undefined) {
    if (writer[source] !== undefined) found.schema('These fields are required: [Resource]', location);
    return;
  }
  if (!/^arn:[\w-]+:states:::s3:putObject$/.test(Resource))
    found.schema(
      'Value must be one of the following: [arn:aws:states:::s3:putObject]',
      `${location}/Resource`,
    );
  const fields = { supported: ['Bucket', 'Prefix'], required: ['Bucket'] };
  checkS3Fields(writer[source], fields, { ...place, location: `${location}/${source}` });
}

/** The arguments of a call of S3; an expression that gives them all is not checked. */
function checkS3Fields(
  given: unknown,
  { supported, required }: { readonly supported: readonly string[]; readonly required: readonly string[] },
  { language, location, found }: Place,
): void {
  if (typeof given === 'string') return;
  const names = Object.keys((given as object | undefined) ?? {}).map((name) =>
    language === 'JSONPath' ? name.replace(/\.\$$/, '') : name,
  );
  for (const name of names)
    if (!supported.includes(name)) found.notImplemented(`the field ${name}`, `${location}/${name}`);
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length > 0) found.schema(`These fields are required: [${missing.join(', ')}]`, location);
}

/** A number, or in its place an expression (JSONata) or a path in a field of its own (JSONPath). */
function checkNumber(
  fields: object,
  name: string,
  { least, most = Infinity }: { readonly least: number; readonly most?: number },
  { language, location, found }: Place,
): void {
  const { [name]: value, [`${name}Path`]: path } = fields as Readonly<Record<string, unknown>>;
  if (path !== undefined) {
    checkPath(path, `${location}/${name}Path`, found);
    if (value !== undefined)
      found.schema(`Only one of these fields is allowed: [${name}, ${name}Path]`, location);
  }
  if (value === undefined || (language === 'JSONata' && typeof value === 'string')) return;
  const isWhole = name === 'ToleratedFailurePercentage' || Number.isInteger(value);
  if (typeof value !== 'number' || !isWhole || value < least || value > most) {
    const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
    found.schema(`Value must be a number ${range}`, `${location}/${name}`);
  }
}

function oneOf(value: unknown, allowed: readonly string[], location: string, found: Diagnostics): void {
  if (!allowed.includes(value as string))
    found.schema(`Value must be one of the following: [${allowed.join(', ')}]`, location);
}

function checkFields(
  object: object,
  known: readonly string[],
  { location, found }: Pick<Place, 'location' | 'found'>,
): void {
  for (const name of Object.keys(object))
    if (!known.includes(name)) found.schema('Field is not supported', `${location}/${name}`);
}
