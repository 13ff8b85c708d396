import type { ExtendedS3DestinationConfiguration } from '@aws-sdk/client-firehose';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import type { StoredDeliveryStream } from './delivery-stream';

const EXPRESSION = /!\{([^:}]*):([^}]*)\}/g;
const DEFAULT_TIME = '!{timestamp:yyyy/MM/dd/HH/}';
const ERROR_TYPE = '!{firehose:error-output-type}';
/** Of an evaluated prefix. */
const LONGEST_PREFIX = 512;
const RANDOM_LENGTH = 11;

type Prefixes = Pick<ExtendedS3DestinationConfiguration, 'Prefix' | 'ErrorOutputPrefix'>;

/**
 * The key of an object whose oldest record arrived at a time.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
 */
export function objectKey(
  { name, version, destination }: StoredDeliveryStream,
  time: Date,
  random: { readonly uuid: string; readonly text: () => string },
): string {
  const { Prefix, FileExtension, CompressionFormat } = destination;
  const suffix = `${name}-${version}-${formatted('yyyy-MM-dd-HH-mm-ss', time)}-${random.uuid}`;
  const extension = FileExtension ?? (CompressionFormat === 'GZIP' ? '.gz' : '');
  return `${evaluated(Prefix, time, random.text)}${suffix}${extension}`;
}

/**
 * The semantic rules of prefixes; AWS's own texts are not recorded.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
 * @throws AwsError InvalidArgumentException
 */
export function checkPrefixes({ Prefix = '', ErrorOutputPrefix }: Prefixes): void {
  const problem = problemOf(Prefix, ErrorOutputPrefix);
  if (problem) throw new AwsError('InvalidArgumentException', problem);
  for (const prefix of [Prefix, ErrorOutputPrefix ?? '']) {
    for (const [expression, namespace = '', value = ''] of prefix.matchAll(EXPRESSION)) {
      if (namespace === 'timestamp') formatted(value, new Date(0));
      else if (namespace !== 'firehose')
        throw new NotImplementedError(`${expression} in prefixes of Firehose`);
    }
  }
  if (evaluated(Prefix, new Date(0), () => 'x'.repeat(RANDOM_LENGTH)).length > LONGEST_PREFIX) {
    throw new AwsError('InvalidArgumentException', `Prefix is longer than ${LONGEST_PREFIX} characters`);
  }
}

function problemOf(prefix: string, errorPrefix: string | undefined): string | undefined {
  for (const text of [prefix, errorPrefix ?? '']) {
    if (text.replace(EXPRESSION, '').includes('!{'))
      return 'The sequence !{ can only appear in !{namespace:value} expressions';
  }
  if (prefix.includes(ERROR_TYPE)) return `Prefix can't contain ${ERROR_TYPE}`;
  if (prefix.includes('!{') && !errorPrefix)
    return "ErrorOutputPrefix can't be null when Prefix contains expressions";
  if (errorPrefix?.includes('!{') && !errorPrefix.includes(ERROR_TYPE))
    return `ErrorOutputPrefix must include at least one instance of ${ERROR_TYPE}`;
  return undefined;
}

function evaluated(prefix = '', time: Date, random: () => string): string {
  // A prefix without a time gets one, behind a slash or not as the prefix has it.
  const whole = /!\{timestamp:/.test(prefix) ? prefix : `${prefix}${DEFAULT_TIME}`;
  return whole.replace(EXPRESSION, (_, namespace: string, value: string) =>
    namespace === 'timestamp' ? formatted(value, time) : random(),
  );
}

/**
 * A time in UTC by a pattern of Java's DateTimeFormatter: numbers of year, month, day and so on, and texts in
 * single quotes.
 */
function formatted(pattern: string, time: Date): string {
  return pattern.replace(/'([^']*)'|([A-Za-z])\2*/g, (word, quoted: string | undefined) => {
    if (quoted !== undefined) return quoted === '' ? "'" : quoted;
    const number = numberOf(word, time);
    if (number === undefined) throw new NotImplementedError(`the pattern ${word} in prefixes of Firehose`);
    return word === 'yy' ? String(number % 100).padStart(2, '0') : String(number).padStart(word.length, '0');
  });
}

function numberOf(word: string, time: Date): number | undefined {
  // Three or more letters of a month are its name.
  if (/^MMM/.test(word)) return undefined;
  switch (word[0]) {
    case 'y':
      return time.getUTCFullYear();
    case 'M':
      return time.getUTCMonth() + 1;
    case 'd':
      return time.getUTCDate();
    case 'H':
      return time.getUTCHours();
    case 'm':
      return time.getUTCMinutes();
    case 's':
      return time.getUTCSeconds();
    default:
      return undefined;
  }
}
