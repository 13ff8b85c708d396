import { ensurePythonEnvironment } from '../../../local/containers/python-environment';
import type { ServingContainer } from '../../../local/containers/serving-container';
import recorded from '../../reference/scikit-learn-serving.json';
import { healthy, send, serve, testRecordedAnswers } from './serving-requests';
import { temporaryDirectory } from './support';

const directory = temporaryDirectory();
const containers = new Map<string, ServingContainer>();
beforeAll(async () => {
  const { python } = await ensurePythonEnvironment();
  for (const [name, script] of Object.entries(recorded.scripts))
    containers.set(name, serve(directory, { 'code/inference.py': script }, { python }));
  await Promise.all([...containers.values()].map(healthy));
}, 300_000);
afterAll(() => Promise.all([...containers.values()].map((container) => container.kill())));

describe("the local container answers as the serving code of AWS's scikit-learn image", () => {
  test('to a ping', async () => {
    expect(await send(containers.get('defaults'), 'GET', '/ping')).toEqual(recorded.ping);
  });

  testRecordedAnswers(recorded.cases, containers);
});
