import { execFileSync } from 'node:child_process';
import { reportPage } from '../../../../../lambda/domain/pages/release/report-page';
import type { ReleaseReport } from '../../../../../lambda/domain/release/release-report';
import { parseReleaseReport } from '../../../../../lambda/domain/release/release-report';
import { firstRelease, inShadow, released, rolledBack, trafficOf } from './report-fixture';

const HOSTILE = `<script>alert("x")</script>' onload='&\u0007`;
const PREDICTIONS = {
  edges: [0.25, 0.5, 0.75],
  champion: [400, 300, 200, 100],
  challenger: [40, 30, 20, 10],
  effect: 0.043,
  interval: [0, 0.112],
};

/** Expat, which stops at what is not well-formed. */
function checkXml(texts: readonly string[]): void {
  const script =
    'import json, sys, xml.etree.ElementTree as tree\nfor text in json.load(sys.stdin): tree.fromstring(text)';
  execFileSync('python3', ['-c', script], { input: JSON.stringify(texts), stdio: 'pipe' });
}

function chartsOf(page: string): string[] {
  return page.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
}

/** Points of each line of a version. */
function pointsOf(chart: string | undefined, role: string): number[] {
  return [...(chart ?? '').matchAll(new RegExp(`<polyline class="${role}" points="([^"]*)"`, 'g'))].map(
    ([, points = '']) => points.split(' ').length,
  );
}

function textOf(page: string): string {
  return page
    .replace(/<style>[\s\S]*<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ');
}

describe('reportPage', () => {
  test('says first what came of the release, and why', () => {
    const text = textOf(reportPage(rolledBack()));
    expect(text).toContain(
      'Version 1.1.0 was rolled back at 10 % of the traffic, after 10 minutes because challenger failed 30 of 1000',
    );
    expect(text).toMatch(/challenger 1\.1\.0 green 1,000 30 3 % \(2\.1 % to 4\.3 %\)/);
    expect(text).toMatch(/champion 1\.0\.0 blue 9,000 0 0 % \(0 % to 0\.043 %\)/);
  });

  test('tells how the challenger did as a shadow: requests, answers, and where they differ', () => {
    const text = textOf(reportPage(released({ shadow: inShadow() })));
    expect(text).toContain("for 60 minutes, the challenger got copies of the champion's requests");
    expect(text).toMatch(/challenger, as a shadow 4,000 8 0\.2 % \(0\.1 % to 0\.39 %\) champion 4,000 0 0 %/);
    expect(text).toContain(
      'Of 3,990 requests that both answered, 97 % agree within 0.08 (confidence interval 96 % to 98 %)',
    );
    expect(text).toContain('0.0123 higher on average (95 %: 0.01 to 0.0146)');
    expect(text).toContain('price above 3.2 998 91 % 0.07 (0.06 to 0.08)');
    expect(text).toContain(
      'Of 500 answers whose labels have arrived, the challenger alone was wrong in 4, the champion alone in 9, and both in 31.',
    );
    expect(text).toContain('agreement: 97 % agree');
    const { answers: _none, ...unanswered } = inShadow();
    expect(textOf(reportPage(released({ shadow: unanswered })))).toContain(
      'No answers of both to the same request were recorded.',
    );
    expect(textOf(reportPage(released()))).not.toContain('shadow');
  });

  test('of one that failed in the shadow says so', () => {
    const shadow = inShadow({ verdict: 'rollback' });
    const text = textOf(reportPage(rolledBack({ shadow, trafficSince: null, traffic: [], looks: [] })));
    expect(text).toContain('Version 1.1.0 was rolled back in the shadow, before it had traffic because');
  });

  test('tells how often both were wrong, where labels have arrived', () => {
    const quality = {
      champion: { events: 100, requests: 1000 },
      challenger: { events: 45, requests: 300 },
    };
    const text = textOf(reportPage(rolledBack({ quality })));
    expect(text).toContain('labels wrong (95 % interval)');
    expect(text).toMatch(/green 1,000 30 3 % \(.*?\) 300 15 % \(11 % to 19 %\)/);
    const numbers = textOf(reportPage(rolledBack({ quality: { ...quality, limit: 12.3456 } })));
    expect(numbers).toContain('off by more than 12.3 (95 % interval)');
    expect(textOf(reportPage(rolledBack()))).not.toContain('labels');
  });

  test('draws share, requests, error rate and both latencies, a point for each minute', () => {
    const charts = chartsOf(reportPage(rolledBack()));
    expect(charts).toHaveLength(5);
    for (const index of [1, 3, 4]) {
      expect(pointsOf(charts[index], 'champion')).toEqual([10]);
      expect(pointsOf(charts[index], 'challenger')).toEqual([10]);
    }
    expect(charts[2]?.match(/<polygon/g)).toHaveLength(2);
  });

  test('marks in every chart when a rollback took the traffic, and in none of a release', () => {
    const marks = (page: string) =>
      [...page.matchAll(/<line class="undone" x1="([\d.]+)"/g)].map(([, x]) => x);
    const found = marks(reportPage(rolledBack()));
    expect(found).toHaveLength(5);
    expect(new Set(found).size).toBe(1);
    expect(marks(reportPage(released()))).toEqual([]);
  });

  test('breaks a line where there were no requests, and draws a lone minute as a dot', () => {
    const traffic = trafficOf(10);
    for (const minute of [3, 5]) {
      const point = traffic[minute] as (typeof traffic)[number];
      traffic[minute] = { ...point, challenger: { requests: 0, errors: 0 } };
    }
    const [, requests, , p50] = chartsOf(reportPage(rolledBack({ traffic })));
    expect(pointsOf(requests, 'challenger')).toEqual([10]);
    expect(pointsOf(p50, 'challenger')).toEqual([3, 4]);
    expect(p50?.match(/<circle class="challenger"/g)).toHaveLength(1);
    expect(pointsOf(p50, 'champion')).toEqual([10]);
  });

  test('lays the minutes of all charts below each other', () => {
    const [, requests, , p50] = chartsOf(reportPage(rolledBack()));
    const places = (chart = '') =>
      /<polyline class="champion" points="([^"]*)"/.exec(chart)?.[1]?.replace(/,[^ ]*/g, '');
    expect(places(requests)).toBe(places(p50));
  });

  test('has few points and few lines for a release of 2,000 minutes', () => {
    const page = reportPage(rolledBack({ traffic: trafficOf(2_000, 10), binMinutes: 10 }));
    const charts = chartsOf(page);
    expect(pointsOf(charts[1], 'champion')).toEqual([200]);
    expect(pointsOf(charts[2], 'champion')).toEqual([40]);
    expect(textOf(page)).toContain('in points of 10 minutes');
    expect(page.length).toBeLessThan(100_000);
  });

  test('shows each step with its verdict, looks in a row on one line', () => {
    const page = reportPage(released());
    expect(page.match(/<tr class="(hold|promote)">/g)).toHaveLength(6);
    const text = textOf(page);
    expect(text).toContain('10:03–10:04 50 % 2 hold duration: it has lasted 4 minutes');
    expect(text).toContain('10:05 50 % 1 ✓ promote no rule found evidence against it');
    expect(text).toContain('10 % for 2 minutes; 50 % for 3 minutes; 100 %, baking, for 5 minutes');
  });

  test('draws the answers of both, if they are known', () => {
    const page = reportPage(rolledBack({ predictions: PREDICTIONS }));
    expect(chartsOf(page)).toHaveLength(6);
    expect(textOf(page)).toContain('is 0.043, confidence interval 0.000 to 0.112');
  });

  test('a first release has no charts', () => {
    const page = reportPage(firstRelease());
    expect(chartsOf(page)).toEqual([]);
    expect(textOf(page)).toContain('none: this was the first release');
  });

  test('tells what is missing', () => {
    const page = reportPage(
      rolledBack({ traffic: [], looks: [], missing: ['the metrics could not be read'] }),
    );
    expect(textOf(page)).toContain('Not in this report: the metrics could not be read.');
  });

  test('needs nothing from elsewhere', () => {
    const page = reportPage(rolledBack({ predictions: PREDICTIONS }));
    expect(page).not.toMatch(/<(script|link|img|iframe|object)\b|@import|url\(|\b(src|href)=/);
  });

  test('escapes everything that it was given', () => {
    const page = reportPage(hostile(rolledBack({ predictions: PREDICTIONS }), ''));
    expect(page).not.toContain('<script');
    expect(page).not.toContain("onload='");
    expect(page).not.toContain('\u0007');
    expect(textOf(page)).toContain(`because <script>alert("x")</script>' onload='&`);
  });

  test('its charts are well-formed XML, and so is the whole but for its doctype', () => {
    const reports = [rolledBack({ predictions: PREDICTIONS }), released(), firstRelease()];
    const pages = [...reports, hostile(rolledBack({ predictions: PREDICTIONS }), '')].map(reportPage);
    checkXml(pages.flatMap(chartsOf));
    checkXml(
      pages.map((page) => page.replace('<!doctype html>', '').replace(/<meta ([^>]*)>/g, '<meta $1/>')),
    );
    expect(() => checkXml(['<svg><g></svg>'])).toThrow('mismatched tag');
  });
});

describe('parseReleaseReport', () => {
  test('reads what was written, and ignores fields of later versions', () => {
    const report = rolledBack({ predictions: PREDICTIONS });
    expect(parseReleaseReport(JSON.stringify({ ...report, mood: 'good' }))).toEqual(report);
  });

  test('names what is wrong', () => {
    const { outcome: _, ...report } = rolledBack();
    expect(() => parseReleaseReport(JSON.stringify({ ...report, binMinutes: 0.5 }))).toThrow(
      /report of a release is not valid: outcome: expected "released" or "rolled-back", got nothing; binMinutes/,
    );
  });
});

/**
 * The same with hostile text in the place of all its text but times and the few words that its schema knows.
 */
function hostile<T>(value: T, key: string): T {
  const isWord = /^(outcome|verdict|time|since|until|startedAt|trafficSince|endedAt)$/.test(key);
  if (typeof value === 'string') return (isWord ? value : HOSTILE) as T;
  if (Array.isArray(value)) return value.map((item) => hostile(item, key)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hostile(item, name)])) as T &
    ReleaseReport;
}
