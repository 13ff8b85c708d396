import { AfterAnswer } from '../../../lambda/inference/after-answer';

const NOW = 1_000_000;

describe('work after answers', () => {
  /** What happened, in its order. */
  let events: string[];
  /** Gives the extension its next event. */
  let deliver: (event: { deadlineMs: number }) => void;
  /** Lets the work end. */
  let end: () => void;
  let signal: AbortSignal | undefined;

  const extension = {
    next: () => {
      events.push('asks for the next event');
      return new Promise<{ deadlineMs: number }>((resolve) => {
        deliver = resolve;
      });
    },
  };
  const work = (given: AbortSignal) => {
    events.push('works');
    signal = given;
    return new Promise<void>((resolve) => {
      end = resolve;
    });
  };
  const turns = async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  };

  beforeEach(() => {
    events = [];
    signal = undefined;
  });

  test('is done by the extension, which asks for its next event only then: nothing waits for it but Lambda', async () => {
    const afterAnswer = new AfterAnswer(work, () => NOW);
    afterAnswer.takeOver(extension);
    deliver({ deadlineMs: NOW + 30_000 });
    await turns();
    expect(events).toEqual(['asks for the next event']);
    await afterAnswer.answering();
    events.push('answers');
    await turns();
    expect(events).toEqual(['asks for the next event', 'answers', 'works']);
    end();
    await turns();
    expect(events.at(-1)).toBe('asks for the next event');
  });

  test('is done once for each answer, also if the handler is quicker than the event', async () => {
    const afterAnswer = new AfterAnswer(work, () => NOW);
    afterAnswer.takeOver(extension);
    for (let request = 0; request < 3; request++) {
      await afterAnswer.answering();
      await turns();
      expect(events.filter((event) => event === 'works')).toHaveLength(request);
      deliver({ deadlineMs: NOW + 30_000 });
      await turns();
      expect(events.filter((event) => event === 'works')).toHaveLength(request + 1);
      end();
      await turns();
    }
  });

  test('is given up before the invocation times out', async () => {
    const afterAnswer = new AfterAnswer(work, () => NOW);
    afterAnswer.takeOver(extension);
    deliver({ deadlineMs: NOW + 1000 });
    await afterAnswer.answering();
    await turns();
    if (!signal?.aborted) await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    expect(signal?.reason).toMatchObject({ name: 'TimeoutError' });
  });

  test('comes before the answer where there is no extension', async () => {
    const answering = new AfterAnswer(work, () => NOW).answering().then(() => events.push('answers'));
    await turns();
    expect(events).toEqual(['works']);
    end();
    await answering;
    expect(events).toEqual(['works', 'answers']);
  });
});
