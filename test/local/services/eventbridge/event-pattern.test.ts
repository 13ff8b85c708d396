import { matchesPattern, parseEventPattern } from '../../../../local/services/eventbridge/event-pattern';

/** The example event of "Amazon EventBridge event patterns" in the EventBridge User Guide. */
const EC2_EVENT = {
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '111122223333',
  time: '2017-12-22T18:43:48Z',
  region: 'us-west-1',
  resources: ['arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0'],
  detail: { 'instance-id': 'i-1234567890abcdef0', state: 'terminated' },
};

const matches = (pattern: object, event: object) =>
  matchesPattern(parseEventPattern(JSON.stringify(pattern)), event);

describe('an event pattern', () => {
  test("matches the user guide's example event", () => {
    const pattern = {
      source: ['aws.ec2'],
      'detail-type': ['EC2 Instance State-change Notification'],
      detail: { state: ['terminated'] },
    };
    expect(matches(pattern, EC2_EVENT)).toBe(true);
    expect(matches({ ...pattern, detail: { state: ['running'] } }, EC2_EVENT)).toBe(false);
    expect(matches({ ...pattern, detail: { state: ['running', 'terminated'] } }, EC2_EVENT)).toBe(true);
  });

  // Operators and their examples: "Comparison operators for use in event patterns" of the EventBridge User
  // Guide.
  test.each([
    ['begins with', { time: [{ prefix: '2017-12-22' }] }, { time: '2017-12-22T18:43:48Z' }, true],
    ['begins with', { time: [{ prefix: '2017-10-02' }] }, { time: '2017-12-22T18:43:48Z' }, false],
    [
      'begins with, ignoring case',
      { service: [{ prefix: { 'equals-ignore-case': 'EventB' } }] },
      { service: 'EVENTBRIDGE' },
      true,
    ],
    ['ends with', { FileName: [{ suffix: '.png' }] }, { FileName: 'a.png' }, true],
    ['ends with', { FileName: [{ suffix: '.png' }] }, { FileName: 'a.jpg' }, false],
    [
      'ends with, ignoring case',
      { service: [{ suffix: { 'equals-ignore-case': 'tBridge' } }] },
      { service: 'EVENTBRIDGE' },
      true,
    ],
    ['anything but', { state: [{ 'anything-but': 'initializing' }] }, { state: 'running' }, true],
    ['anything but', { state: [{ 'anything-but': 'initializing' }] }, { state: 'initializing' }, false],
    ['anything but, of a missing field', { state: [{ 'anything-but': 'initializing' }] }, {}, false],
    [
      'anything but a list',
      { state: [{ 'anything-but': ['stopped', 'overloaded'] }] },
      { state: 'overloaded' },
      false,
    ],
    ['anything but numbers', { 'x-limit': [{ 'anything-but': [100, 200, 300] }] }, { 'x-limit': 150 }, true],
    [
      'anything but a prefix',
      { Region: [{ 'anything-but': { prefix: 'us-' } }] },
      { Region: 'us-east-1' },
      false,
    ],
    [
      'anything but prefixes',
      { state: [{ 'anything-but': { prefix: ['init', 'error'] } }] },
      { state: 'errored' },
      false,
    ],
    [
      'anything but a suffix',
      { FileName: [{ 'anything-but': { suffix: '.png' } }] },
      { FileName: 'a.jpg' },
      true,
    ],
    [
      'anything but, ignoring case',
      { state: [{ 'anything-but': { 'equals-ignore-case': 'initializing' } }] },
      { state: 'INITIALIZING' },
      false,
    ],
    [
      'anything but a wildcard',
      { FilePath: [{ 'anything-but': { wildcard: '*/lib/*' } }] },
      { FilePath: 'a/lib/b' },
      false,
    ],
    ['equals, ignoring case', { Name: [{ 'equals-ignore-case': 'alice' }] }, { Name: 'Alice' }, true],
    ['empty text', { LastName: [''] }, { LastName: '' }, true],
    ['null', { UserID: [null] }, { UserID: null }, true],
    ['null is not missing', { UserID: [null] }, {}, false],
    ['a number', { Price: [{ numeric: ['=', 100] }] }, { Price: 1e2 }, true],
    ['a range', { Price: [{ numeric: ['>', 10, '<=', 20] }] }, { Price: 20 }, true],
    ['a range', { Price: [{ numeric: ['>', 10, '<=', 20] }] }, { Price: 10 }, false],
    ['numbers only', { Price: [{ numeric: ['>', 10] }] }, { Price: '20' }, false],
    ['exists', { ProductName: [{ exists: true }] }, { ProductName: 'x' }, true],
    ['exists works on leaves only', { ProductName: [{ exists: true }] }, { ProductName: { a: 1 } }, false],
    ['does not exist', { ProductName: [{ exists: false }] }, {}, true],
    [
      'does not exist, below what does not exist',
      { detail: { c: { d: [{ exists: false }] } } },
      { detail: {} },
      true,
    ],
    ['wildcard', { name: [{ wildcard: 'dir/*.png' }] }, { name: 'dir/a/b.png' }, true],
    ['wildcard takes dots as dots', { name: [{ wildcard: 'dir/*.png' }] }, { name: 'dir/a-png' }, false],
    ['escaped wildcard', { name: [{ wildcard: 'a\\*b' }] }, { name: 'axb' }, false],
    ['one of a list in the event', { resources: ['b', 'c'] }, { resources: ['a', 'b'] }, true],
    [
      'one object of a list in the event',
      { detail: { items: { n: [2] } } },
      { detail: { items: [{ n: 1 }, { n: 2 }] } },
      true,
    ],
    [
      'or',
      { $or: [{ Location: ['New York'] }, { Day: ['Monday'] }] },
      { Location: 'Oslo', Day: 'Monday' },
      true,
    ],
    [
      'or',
      { $or: [{ Location: ['New York'] }, { Day: ['Monday'] }] },
      { Location: 'Oslo', Day: 'Friday' },
      false,
    ],
    ['or beside and', { source: ['x'], $or: [{ a: [1] }, { b: [2] }] }, { source: 'y', a: 1 }, false],
    // As LocalStack recorded on AWS: dot_joining_*.
    [
      'a dotted name in the event',
      { detail: { state: { status: ['running'] } } },
      { detail: { 'state.status': 'running' } },
      true,
    ],
    [
      'a dotted name in the event, deeper',
      { detail: { state: { status: ['running'] } } },
      { detail: { 'state.status': { status: 'running' } } },
      false,
    ],
    [
      'a dotted name in the pattern',
      { detail: { 'state.status': ['running'] } },
      { detail: { state: { status: 'running' } } },
      true,
    ],
    [
      'a dotted name in the pattern, deeper',
      { detail: { 'state.status': { status: ['running'] } } },
      { detail: { state: { status: 'running' } } },
      false,
    ],
    ['dotted names', { 'a.b': [1], 'a.c': [2] }, { a: { b: 1 }, 'a.c': 2 }, true],
    ['a boolean is no text', { ok: ['true'] }, { ok: true }, false],
  ])('%s: %j against %j', (_name, pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });

  test.each([
    ['not json', 'Event pattern is not valid'],
    ['{"source": "aws.ec2"}', '"source" must be an object or an array'],
    ['{"source": []}', 'Empty arrays are not allowed'],
    ['{"a": [{"preefix": "x"}]}', 'Unrecognized match type preefix'],
    ['{"a": [{"numeric": [">"]}]}', 'numeric expression'],
    ['{"a": [{"prefix": 1}]}', 'prefix match pattern must be a string'],
    ['{"a": [{"wildcard": "a**"}]}', 'Consecutive wildcard characters'],
  ])('%s is refused', (text, message) => {
    expect(() => parseEventPattern(text)).toThrow(message);
  });

  test('names the operator that is not implemented', () => {
    expect(() => parseEventPattern('{"ip": [{"cidr": "10.0.0.0/24"}]}')).toThrow(
      'the local cloud does not implement the operator cidr of event patterns (at ip)',
    );
  });
});
