import { parseArgs } from 'node:util';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

/** Cards that pay. */
const CARDS = 50;
/** Of so many transactions, one looks like fraud. */
const ODD_EVERY = 20;
/** How long all reviews may take to come. */
const TIMEOUT_MILLIS = 60_000;

/**
 * Sends made-up transactions, every twentieth of which looks like fraud, and prints the reviews that they
 * cause.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      stream: { type: 'string' },
      reviews: { type: 'string' },
      count: { type: 'string', default: '200' },
    },
  });
  const { stream: StreamName, reviews: QueueUrl } = values;
  if (!StreamName || !QueueUrl)
    throw new Error('give --stream and --reviews, which are outputs of the stack Fraud');
  const kinesis = new KinesisClient();
  const count = Number(values.count);
  for (let first = 0; first < count; first += 100) {
    const Records = Array.from({ length: Math.min(100, count - first) }, (_, index) =>
      recordOf(first + index),
    );
    const { FailedRecordCount = 0 } = await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
    if (FailedRecordCount > 0)
      throw new Error(`Kinesis did not take ${FailedRecordCount} transactions: send them again`);
  }
  console.log(`${count} transactions sent`);
  const sqs = new SQSClient();
  let expected = Math.ceil(count / ODD_EVERY);
  const deadline = Date.now() + TIMEOUT_MILLIS;
  while (expected > 0 && Date.now() < deadline) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, MaxNumberOfMessages: 10 }),
    );
    expected -= Messages.length;
    for (const { Body = '', ReceiptHandle } of Messages) {
      const { key, prediction, modelVersion, carried } = JSON.parse(Body).detail;
      console.log(
        `review ${carried.transaction} of ${key}: ${prediction.toFixed(3)} by version ${modelVersion}`,
      );
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

function recordOf(index: number) {
  const card = `card-${index % CARDS}`;
  const isOdd = index % ODD_EVERY === 0;
  const transaction = {
    transaction: `t-${index}`,
    card,
    amount: isOdd ? 900 + (index % 100) : 5 + (index % 80),
    hour: isOdd ? 3 : 9 + (index % 12),
    minutes_since_last: isOdd ? 1 : 60 + (index % 600),
    kilometers_from_home: isOdd ? 2500 : index % 30,
  };
  return { PartitionKey: card, Data: Buffer.from(JSON.stringify(transaction)) };
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
