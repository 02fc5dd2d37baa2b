// deploy/prometheus and deploy/grafana: every name in them is in a real scrape of three nodes, and Prometheus itself, where
// it is installed, agrees.
import { readFile } from 'node:fs/promises';
import { describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { type Sample, Samples } from '../../metrics/exposition.js';
import { ALERT_STORIES, ALERTS, readAlerts, readDashboard } from './files.js';
import { isInstalled, PrometheusServer, promtool } from './prometheus-server.js';
import { missingFrom, relianceOf } from './promql.js';
import { ScrapedCluster } from './scraped-cluster.js';

const alerts = await readAlerts();
const dashboard = await readDashboard();
const targets = dashboard.panels.flatMap((panel) => panel.targets.map((target) => ({ ...target, title: panel.title })));
const expressions = [...alerts.map(({ expr }) => expr), ...targets.map(({ expr }) => expr)];

/** Generous: the machine may be busy. */
const LIMIT = { timeout: 30_000, interval: 50 };

const hasPromtool = await isInstalled('promtool');
const hasPrometheus = await isInstalled('prometheus');

describe('a real scrape of three nodes, one of which leads', () => {
  test('has every metric and every label that the alerts and the dashboard ask for', async () => {
    await using cluster = await ScrapedCluster.start('scraped');
    // A machine that stalls may cost the leader its lease: then another one is shown.
    const all = await vi.waitFor(async () => {
      const scrapes = await cluster.samples();
      const samples = new Samples(scrapes.flatMap(({ all: each }): readonly Sample[] => each));
      expect(samples.sum('graft_is_leader')).toBe(1);
      return samples;
    }, LIMIT);
    expect(all.ids()).toEqual(['a', 'b', 'c']);
    expect(expressions.length).toBeGreaterThan(30);
    for (const expression of expressions) expect(missingFrom(all, expression), expression).toEqual([]);
    // Each alert that asks for a label's value finds it from the first scrape on, or its first event has no increase.
    const codes = new Set(all.labelsOf('graft_errors_total').map(({ code }) => code));
    const asked = alerts.flatMap(({ expr }) => /code=~"([^"]+)"/.exec(expr)?.[1]?.split('|') ?? []);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((code) => !codes.has(code))).toEqual([]);
  });

  test('twin: a metric or a label that is not there is missed', () => {
    const all = new Samples([{ name: 'graft_term', labels: { cluster: 'x', id: 'a' }, value: 1 }]);
    expect(missingFrom(all, 'sum by (cluster) (graft_term{id="a"})')).toEqual([]);
    expect(missingFrom(all, 'sum by (klaster) (graft_trem{id="a"}) + graft_term{idd=~"$cluster"}')).toEqual([
      'graft_trem',
      'graft_trem{id}',
      'graft_term{idd}',
      'by (klaster)',
    ]);
    expect(() => relianceOf('sum by (cluster (graft_term)')).toThrow(/no PromQL/);
  });

  test('is content that promtool accepts, where there is one', async ({ annotate }) => {
    await using cluster = await ScrapedCluster.start('linted');
    for (const text of await cluster.scrape()) {
      if (hasPromtool) expect(await promtool(['check', 'metrics'], text)).toBe('');
      else expect(text).toMatch(/^# TYPE graft_is_leader gauge$/m);
    }
    if (!hasPromtool) await annotate('promtool is not installed: the text was read by this project alone');
  });
});

describe('the alerts', () => {
  test('hold every story of alerts.test.yml, by promtool where there is one', async ({ annotate }) => {
    if (hasPromtool) {
      expect(await promtool(['check', 'rules', ALERTS])).toBe('');
      expect(await promtool(['test', 'rules', ALERT_STORIES])).toBe('');
    } else {
      await annotate('promtool is not installed: only the grammar of the alerts was checked');
    }
    for (const { expr } of alerts) expect(relianceOf(expr).selected).not.toHaveLength(0);
  });

  test('each have a story, a severity and words for whoever is woken up', async () => {
    const { tests } = parse(await readFile(ALERT_STORIES, 'utf8'));
    const told = JSON.stringify(tests);
    for (const { alert, labels, annotations } of alerts) {
      expect(told, alert).toContain(alert);
      expect(['warning', 'critical']).toContain(labels.severity);
      expect(annotations.summary.length).toBeGreaterThan(20);
    }
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  });
});

describe('the dashboard', () => {
  test('has panels that do not overlap, each with a description and the data source that was chosen', () => {
    const taken = new Set<string>();
    for (const { title, description, datasource, gridPos } of dashboard.panels) {
      expect(description, title).toMatch(/\.$/);
      expect(datasource.uid).toBe('$' + '{datasource}');
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x},${y}`), title).toBe(false);
          taken.add(`${x},${y}`);
        }
      }
    }
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'cluster']);
  });

  test('names its lines by labels that they have', () => {
    for (const { title, expr, legendFormat } of targets) {
      const { grouping } = relianceOf(expr);
      const known = grouping.length > 0 ? grouping : ['cluster', 'id'];
      for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) expect(known, title).toContain(label);
    }
  });
});

test('a real Prometheus, where there is one, scrapes them, fills every panel and evaluates every alert; when no majority is left, the alert is pending', async ({
  annotate,
}) => {
  if (!hasPrometheus) {
    await annotate('prometheus is not installed: see the tests above for what was checked');
    expect(expressions.map(relianceOf)).toHaveLength(expressions.length);
    return;
  }
  await using cluster = await ScrapedCluster.start('real');
  await using prometheus = await PrometheusServer.start(cluster.addresses);
  await prometheus.untilSeries('graft_is_leader', 3);
  const [one] = await prometheus.untilSeries('sum by (cluster) (graft_is_leader) == 1', 1);
  expect(one?.metric).toEqual({ cluster: 'real' });
  for (const { title, expr } of targets) {
    const asked = expr.replaceAll('$cluster', 'real').replaceAll('$__rate_interval', '1m');
    // Nothing went wrong, and so there is no line in the panel of errors.
    if (title === 'Errors') expect(await prometheus.query(asked)).toEqual([]);
    else await prometheus.untilSeries(asked);
  }
  const health = await prometheus.ruleHealth();
  expect(health).toEqual(Object.fromEntries(alerts.map(({ alert }) => [alert, 'ok'])));
  await prometheus.untilSeries('ALERTS{alertname="GraftNotOneLeader"}', 0);

  const [survivor, ...others] = cluster.members.map(({ node }) => node);
  await Promise.all(others.map((node) => node.close()));
  // Leadership may have been handed to it last; nobody prolongs its lease.
  await vi.waitFor(() => expect(survivor?.isLeader()).toBe(false), LIMIT);
  await prometheus.untilSeries('ALERTS{alertname="GraftNotOneLeader",alertstate="pending"}', 1);
  await prometheus.untilSeries('ALERTS{alertname="GraftVoterMissing",alertstate="pending"}', 1);
});
