/**
 * A document as the body of an SQS message: JSON, which escapes all characters that SQS refuses but these
 * two.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html #x9 | #xA |
 * #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF
 * @see https://tc39.es/ecma262/#sec-quotejsonstring control characters and lone surrogates
 */
export function messageBody(document: object): string {
  return JSON.stringify(document).replace(/[\ufffe\uffff]/g, (character) =>
    character === '\ufffe' ? '\\ufffe' : '\\uffff',
  );
}
