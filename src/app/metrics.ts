import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What an operator watches; `docs/operate.md` says what to make of it. */
export interface Metrics {
  deliveries: Counter<'event' | 'outcome'>;
  reviews: Counter<'outcome'>;
  reviewSeconds: Histogram;
  overLimit: Counter;
  effects: Counter<'effect'>;
  requests: Counter<'method' | 'status'>;
  /** In Prometheus' text format, and the content type of that. */
  show(): Promise<string>;
  contentType: string;
}

/** @param jobs counts of the queue by state, asked for each time that somebody looks */
export function metrics(jobs: () => Promise<Record<string, number>>): Metrics {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register, prefix: 'gatehouse_' });
  new Gauge({
    name: 'gatehouse_jobs',
    help:
      'Pull requests that wait for a review, wait for another attempt, or are being ' +
      'reviewed, and sweeps that look for such; in all processes',
    labelNames: ['state'],
    registers,
    async collect() {
      for (const [state, count] of Object.entries(await jobs())) this.set({ state }, count);
    },
  });
  return {
    deliveries: new Counter({
      name: 'gatehouse_deliveries_total',
      help:
        'Deliveries by GitHub: kept, or repeated; ' +
        'and what was refused before it was known to be one',
      labelNames: ['event', 'outcome'],
      registers,
    }),
    reviews: new Counter({
      name: 'gatehouse_reviews_total',
      help:
        'Reviews by how they ended: done, moved (the head had), refused (by GitHub), failed ' +
        '(to be tried again), given up, put off, gone',
      labelNames: ['outcome'],
      registers,
    }),
    reviewSeconds: new Histogram({
      name: 'gatehouse_review_seconds',
      help: 'How long reviews took',
      buckets: [0.25, 0.5, 1, 2, 5, 10, 20, 60, 300],
      registers,
    }),
    overLimit: new Counter({
      name: 'gatehouse_over_limit_total',
      help:
        'How often a review took more time or memory than it may, and went on without what ' +
        'cost so much',
      registers,
    }),
    effects: new Counter({
      name: 'gatehouse_effects_total',
      help: 'Steps that were carried out on pull requests',
      labelNames: ['effect'],
      registers,
    }),
    requests: new Counter({
      name: 'gatehouse_github_requests_total',
      help:
        'Requests to GitHub by the status of the answer; ' +
        'one that was repeated at once counts once',
      labelNames: ['method', 'status'],
      registers,
    }),
    show: () => register.metrics(),
    contentType: register.contentType,
  };
}
