import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { variableDocs } from '../../src/app/env.ts';
import { createMetrics } from '../../src/app/metrics.ts';
import { packageName } from '../../src/shared/project.ts';

const root = join(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const manifest: {
  version: string;
  devDependencies: Record<string, string>;
  bin: Record<string, string>;
} = JSON.parse(read('package.json'));
const variables = new Set(variableDocs().map(({ name }) => name));

/** The instructions of the Dockerfile, with their continued lines. */
const instructions = read('deploy/Dockerfile')
  .replaceAll(/\\\n\s*/g, ' ')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    return { name, rest };
  });
const all = (name: string): string[] =>
  instructions.filter((each) => each.name === name).map(({ rest }) => rest);

test('the image is built on one pinned Node.js, the one that the tests run on', () => {
  const bases = all('FROM').map((rest) => rest.split(' ')[0]);
  expect(new Set(bases)).toEqual(new Set([`node:${manifest.devDependencies.node}-bookworm-slim`]));
});

test('the image runs as a user without rights, and says whether it is healthy', () => {
  const last = instructions.findLastIndex(({ name }) => name === 'FROM');
  const stage = instructions.slice(last);
  expect(stage.filter(({ name }) => name === 'USER').map(({ rest }) => rest)).toEqual(['node']);
  const names = stage.map(({ name }) => name);
  expect(names.indexOf('USER')).toBeGreaterThan(names.lastIndexOf('RUN'));
  expect(stage.find(({ name }) => name === 'HEALTHCHECK')?.rest).toContain('/healthz');
  expect(all('ADD')).toEqual([]);
  for (const command of all('RUN'))
    expect(command).not.toMatch(/npm ci(?!.*--ignore-scripts)|curl|wget|sudo|apt-get/);
  expect(JSON.parse(stage.find(({ name }) => name === 'ENTRYPOINT')?.rest ?? '')).toEqual([
    'node',
    '/app/dist/cli.js',
  ]);
});

test('what the image copies is in its context, and the context has no secrets', () => {
  const allowed = read('deploy/Dockerfile.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  expect(read('deploy/Dockerfile.dockerignore')).toMatch(/^\*$/m);
  const sources = all('COPY')
    .filter((rest) => !rest.startsWith('--from'))
    .flatMap((rest) => rest.split(' ').slice(0, -1))
    .filter((source) => source !== '.');
  for (const source of sources)
    expect(
      allowed.some((name) => name === source || name.startsWith(source)),
      source,
    ).toBe(true);
  expect(allowed.filter((name) => /env|pem|\.git/.test(name))).toEqual([]);
});

test('the variables of the image, the service and the example are those of the App', () => {
  const ofImage = all('ENV').flatMap((rest) =>
    Array.from(rest.matchAll(/(\w+)=/g), ([, name]) => name),
  );
  expect(ofImage.filter((name) => !variables.has(name ?? ''))).toEqual([]);
  const service = read('deploy/gatehouse.service');
  const ofService = Array.from(
    service.matchAll(/^Environment=(.*)$/gm),
    ([, rest = '']) => rest,
  ).flatMap((rest) => Array.from(rest.matchAll(/(\w+)=/g), ([, name]) => name));
  expect(ofService.filter((name) => !variables.has(name ?? ''))).toEqual([]);
  const example = Array.from(
    read('deploy/gatehouse.env.example').matchAll(/^#? ?([A-Z_]+)=/gm),
    ([, name = '']) => name,
  );
  expect(example.filter((name) => !variables.has(name))).toEqual(['POSTGRES_PASSWORD']);
  expect(example).toEqual(expect.arrayContaining(['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET']));
});

interface Compose {
  services: Record<
    'gatehouse' | 'database',
    {
      image: string;
      env_file?: string;
      environment: Record<string, string>;
      volumes?: string[];
      healthcheck?: { test: string[] };
      depends_on?: Record<string, { condition: string }>;
      stop_grace_period: string;
      ports?: string[];
    }
  >;
  volumes: Record<string, null>;
}

test('compose starts the App when its PostgreSQL answers, which keeps its data in a volume', () => {
  const compose: Compose = parse(read('deploy/compose.yml'), { merge: true });
  const { gatehouse, database } = compose.services;
  expect(gatehouse.image).toBe(`gatehouse:${manifest.version}`);
  expect(gatehouse.depends_on).toEqual({ database: { condition: 'service_healthy' } });
  expect(database.healthcheck?.test).toContain('pg_isready');
  expect(database.image).toMatch(/^postgres:\d+\.\d+-bookworm$/);
  const [volume = ''] = database.volumes?.[0]?.split(':') ?? [];
  expect(compose.volumes).toHaveProperty(volume);
  expect(Object.keys(gatehouse.environment).filter((name) => !variables.has(name))).toEqual([]);
  expect(gatehouse.ports).toEqual(['127.0.0.1:3000:3000']);
  // Reviews may take 25 seconds to end.
  expect(Number.parseInt(gatehouse.stop_grace_period, 10)).toBeGreaterThan(25);
  // All that is secret comes from the file.
  const text = read('deploy/compose.yml');
  for (const [, name = ''] of text.matchAll(/\$\{(\w+)/g)) expect(name).toBe('POSTGRES_PASSWORD');
  expect(gatehouse.env_file).toBe('gatehouse.env');
  expect(
    URL.parse(gatehouse.environment.DATABASE_URL?.replace(/\$\{.*?\}/, 'x') ?? ''),
  ).toMatchObject({
    host: 'database:5432',
    pathname: '/gatehouse',
    username: 'gatehouse',
  });
});

test('the service starts the program of the package, and waits for its reviews', () => {
  const service = read('deploy/gatehouse.service');
  expect(service).toContain(`/node_modules/${packageName}/${manifest.bin.gatehouse} serve`);
  expect(Number(/^TimeoutStopSec=(\d+)s$/m.exec(service)?.[1])).toBeGreaterThan(25);
  for (const line of ['NoNewPrivileges=yes', 'ProtectSystem=strict', 'CapabilityBoundingSet='])
    expect(service.split('\n')).toContain(line);
});

/** The names of all metrics, with those of the series of histograms. */
async function metricNames(): Promise<Set<string>> {
  const text = await createMetrics({
    version: '',
    jobCounts: () => Promise.resolve({ waiting: 0, retrying: 0, active: 0 }),
    oldestJobSeconds: () => Promise.resolve(0),
    isReady: () => Promise.resolve(true),
  }).show();
  const names = Array.from(text.matchAll(/^# TYPE (\w+) (\w+)$/gm), ([, name = '', type]) =>
    type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  return new Set(names.flat());
}

const sources = [
  'metrics.ts',
  'job-worker.ts',
  'receive-delivery.ts',
  'server.ts',
  'review-pull-request.ts',
]
  .map((name) => read(`src/app/${name}`))
  .concat(read('src/store/queue.ts'))
  .join('\n');

/** Expects that metrics and values of labels in an expression exist. */
function expectKnown(expression: string, names: ReadonlySet<string>): void {
  const used = expression.match(/\b(?:gatehouse|process|nodejs)_\w+/g) ?? [];
  expect(used.filter((name) => !names.has(name), expression)).toEqual([]);
  for (const [, label = '', value = ''] of expression.matchAll(/\b(outcome|state)="([^"]+)"/g))
    expect(sources, `${label} ${value}`).toMatch(new RegExp(`['"]?${value}['"]?`));
}

interface Alerts {
  groups: {
    rules: {
      alert: string;
      expr: string;
      labels: { severity: string };
      annotations: { summary: string; description: string };
    }[];
  }[];
}

test('alerts use metrics that exist, and say what to do', async () => {
  const names = await metricNames();
  const { groups }: Alerts = parse(read('deploy/alerts.yml'));
  const rules = groups.flatMap((group) => group.rules);
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  const guide = read('docs/operate.md');
  for (const { alert, expr, labels, annotations } of rules) {
    expectKnown(expr, names);
    expect(['critical', 'warning']).toContain(labels.severity);
    expect(annotations.summary.length * annotations.description.length).toBeGreaterThan(0);
    expect(guide, alert).toContain(`\`${alert}\``);
  }
});

interface Dashboard {
  panels: {
    title: string;
    gridPos: { x: number; y: number; w: number; h: number };
    targets: { expr: string }[];
  }[];
}

test('the dashboard shows metrics that exist, in panels that do not overlap', async () => {
  const names = await metricNames();
  const { panels }: Dashboard = JSON.parse(read('deploy/dashboard.json'));
  const cells = new Set<string>();
  for (const { title, gridPos, targets } of panels) {
    for (const { expr } of targets) expectKnown(expr, names);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(cells.has(`${x},${y}`), title).toBe(false);
        cells.add(`${x},${y}`);
      }
  }
  // Every metric of ours is on the dashboard or in an alert.
  const shown = read('deploy/dashboard.json') + read('deploy/alerts.yml');
  const own = [...names].filter((name) => /^gatehouse_(?!.*_(?:sum|count|bucket)$)/.test(name));
  expect(own.filter((name) => !shown.includes(name))).toEqual([]);
});
