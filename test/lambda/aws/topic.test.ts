import type { PublishCommand, PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { Topic } from '../../../lambda/aws/topic';

/** What is published of a message. */
async function published(subject: string, text: string): Promise<PublishCommandInput> {
  const inputs: PublishCommandInput[] = [];
  const sns = { send: async ({ input }: PublishCommand) => inputs.push(input) } as unknown as SNSClient;
  await new Topic(sns, 'arn:aws:sns:eu-west-1:123456789012:alerts').publish({ subject, text });
  return inputs[0] as PublishCommandInput;
}

test('mails get the text, and HTTPS endpoints the notification for chats', async () => {
  const {
    Subject,
    Message = '',
    MessageStructure,
  } = await published('café is down', 'It is.\nWhat to do: wait.');
  expect(Subject).toBe('caf  is down');
  expect(MessageStructure).toBe('json');
  const { default: text, https } = JSON.parse(Message);
  expect(text).toBe('It is.\nWhat to do: wait.');
  expect(JSON.parse(https)).toMatchObject({
    source: 'custom',
    content: { title: 'café is down', description: 'It is.', nextSteps: ['wait.'] },
  });
});

test.each(['\u0000', '"', '€', '🙂'])('a long message of %j fits into 262,144 bytes', async (character) => {
  const { Message = '' } = await published('a', character.repeat(300_000));
  expect(Buffer.byteLength(Message)).toBeLessThan(262_144);
});
