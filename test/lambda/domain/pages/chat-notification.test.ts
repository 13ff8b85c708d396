import { chatNotification } from '../../../../lambda/domain/pages/chat-notification';

const MESSAGE = {
  subject: 'flights: distance has drifted',
  text: [
    'The traffic has drifted.',
    '- distance: <!channel> is new',
    'What to do: retrain.',
    'Report: s3://b/k',
  ].join('\n'),
  cause: 'flights-drift',
};

test('has the schema that Amazon Q Developer in chat applications posts, with the next steps apart', () => {
  expect(chatNotification(MESSAGE)).toEqual({
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: 'flights: distance has drifted',
      description: 'The traffic has drifted.\n- distance: &lt;!channel&gt; is new\nReport: s3://b/k',
      nextSteps: ['retrain.'],
    },
    metadata: { threadId: 'flights-drift', summary: 'flights: distance has drifted' },
  });
});

test('has neither next steps nor a thread if the message has none', () => {
  const { content, metadata } = chatNotification({ subject: 'a', text: 'b' });
  expect(content).not.toHaveProperty('nextSteps');
  expect(metadata).toEqual({ summary: 'a' });
});

test('shortens a long message, and keeps the end of a long cause, which tells it from others', () => {
  const { content, metadata } = chatNotification({
    subject: 's'.repeat(500),
    text: `${'t'.repeat(9000)}\nWhat to do: ${'n'.repeat(900)}`,
    cause: `${'c'.repeat(300)}-1`,
  });
  expect(content.title).toHaveLength(200);
  expect(content.description).toHaveLength(3000);
  expect(content.nextSteps?.map((step) => step.length)).toEqual([300]);
  expect(metadata.threadId).toMatch(/^c+-1$/);
  expect(metadata.threadId).toHaveLength(200);
});
