import { SECOND } from '../services/service-fixture';
import { StatesFixture } from '../services/stepfunctions-fixture';
import { fetchPage } from './page-fixture';

const FAILING = {
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:ssm:getParameter',
  Arguments: { Name: '/not/there' },
};

describe('the page of an execution', () => {
  const fixture = new StatesFixture();
  const page = (arn: string) => fetchPage(fixture.cloud, `executions/${encodeURIComponent(arn)}`);
  /** Classes of a state's box. */
  const look = (markup: string, state: string) =>
    new RegExp(`<g class="node ([^"]*)"[^>]*><title>${state}:`).exec(markup)?.[1]?.trim();
  const wayLook = (markup: string, way: string) =>
    new RegExp(`<path class="([^"]*)"[^>]*><title>${way}`).exec(markup)?.[1];

  beforeAll(() => fixture.start());
  afterAll(() => fixture.stop());

  test('colours the states by their progress, and the ways that were taken', async () => {
    const { arn } = await fixture.run(
      {
        StartAt: 'Try',
        States: {
          Try: { ...FAILING, Next: 'Unused', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Mend' }] },
          Unused: { Type: 'Pass', Next: 'Mend' },
          Mend: { Type: 'Pass', Next: 'Rest' },
          Rest: { Type: 'Wait', Seconds: 60, Next: 'Done' },
          Done: { Type: 'Succeed' },
        },
      },
      { hello: 'world' },
    );
    await fixture.settle();
    const { status, markup, text } = await page(arn);
    expect(status).toBe(200);
    expect(text).toContain('RUNNING');
    expect(text).toContain('"hello": "world"');
    expect(text).toContain('Ssm.ParameterNotFoundException');
    expect(look(markup, 'Try')).toBe('task caught');
    expect(look(markup, 'Mend')).toBe('pass succeeded');
    expect(look(markup, 'Rest')).toBe('wait running');
    expect(look(markup, 'Unused')).toBe('pass');
    expect(wayLook(markup, 'Try → Mend')).toBe('taken');
    expect(wayLook(markup, 'Mend → Rest')).toBe('taken');
    expect(wayLook(markup, 'Try → Unused')).toBe('');

    await fixture.advance(60 * SECOND);
    const after = await page(arn);
    expect(after.text).toContain('SUCCEEDED');
    expect(look(after.markup, 'Rest')).toBe('wait succeeded');
  });

  test('shows where it failed and why', async () => {
    const { arn } = await fixture.run({
      StartAt: 'Try',
      States: { Try: { ...FAILING, Next: 'End' }, End: { Type: 'Succeed' } },
    });
    const { markup, text } = await page(arn);
    expect(text).toContain('FAILED');
    expect(look(markup, 'Try')).toBe('task failed');
    expect(look(markup, 'End')).toBe('succeed');
  });

  test('shows the states inside of others', async () => {
    const { arn } = await fixture.run({
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          Items: [1, 2],
          ItemProcessor: { StartAt: 'Inner', States: { Inner: { Type: 'Pass', End: true } } },
          End: true,
        },
      },
    });
    await fixture.settle();
    expect(look((await page(arn)).markup, 'Inner')).toBe('pass succeeded');
  });

  test('escapes what states are called and what they say', async () => {
    const hostile = '<img src=x onerror=alert(1)>';
    const { arn } = await fixture.run(
      {
        StartAt: hostile,
        States: {
          [hostile]: { Type: 'Fail', Error: '</title><script>', Cause: '"><script>alert(2)</script>' },
        },
      },
      { '</pre><script>': 1 },
    );
    const { markup, text } = await page(arn);
    expect(markup).not.toContain('<img');
    expect(markup.match(/<script>/g)).toHaveLength(1);
    expect(text).toContain(hostile);
    expect(text).toContain('"><script>alert(2)</script>');
  });

  test('is not there for an execution that is not', async () => {
    const { status, text } = await page('arn:aws:states:us-east-1:000000000000:execution:none:none');
    expect(status).toBe(404);
    expect(text).toContain('Execution Does Not Exist');
  });
});
